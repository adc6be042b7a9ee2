// @stores.com/ups, asked as its README shows.

const { run } = require("./asked.js");

run("@stores.com/ups", ({ url, name }, UPS) => {
    const ups = new UPS({ environment_url: `${url}/ups`, client_id: name, client_secret: name });
    return async (number, parcel) => {
        const answer = await ups.getTracking(number);
        const told = answer.trackResponse.shipment[0].package[0];
        return {
            [parcel]: {
                number: told.trackingNumber,
                status: told.activity[0].status.type,
                events: told.activity.length,
                "last event": told.activity[0].status.code
            }
        };
    };
});
