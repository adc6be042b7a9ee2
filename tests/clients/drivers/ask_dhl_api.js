// dhl-api (MyDHL), asked as its README shows.

const { run } = require("./asked.js");

run("dhl-api", ({ url, name }, { API }) => {
    const api = new API({ baseUrl: `${url}/dhl/mydhlapi/`, username: name, password: name });
    return async (number, parcel) => {
        let answer;
        try {
            answer = await api.getTracking(number);
        } catch (error) {
            return { [parcel]: { refused: Number(error.code) } };
        }
        const told = answer.shipments[0];
        return {
            [parcel]: {
                number: told.shipmentTrackingNumber,
                status: told.status,
                events: told.events.length,
                last: told.events.at(-1).typeCode // MyDHL's order is oldest first
            }
        };
    };
});
