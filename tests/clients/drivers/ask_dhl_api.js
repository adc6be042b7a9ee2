// dhl-api (MyDHL), asked as its README shows.

const { run } = require("./driver.js");

run("dhl-api", ({ url, name }, { API }) => {
    const api = new API({ baseUrl: `${url}/dhl/mydhlapi/`, username: name, password: name });
    return async (number, parcel) => {
        let answer;
        try {
            answer = await api.getTracking(number);
        } catch (error) {
            return { [parcel]: { refused: Number(error.code) } };
        }
        const found = answer.shipments[0];
        return {
            [parcel]: {
                number: found.shipmentTrackingNumber,
                status: found.status,
                events: found.events.length,
                last: found.events.at(-1).typeCode // MyDHL's order is oldest first
            }
        };
    };
});
