// @stores.com/ups, asked as its README shows.

const { run } = require("./asked.js");

run("@stores.com/ups", ({ url, name }, UPS) => {
    const ups = new UPS({ environment_url: `${url}/ups`, client_id: name, client_secret: name });
    return async (number, parcel) => {
        const answer = await ups.getTracking(number);
        const [shipment] = answer.trackResponse.shipment;
        if (shipment.package === undefined) {
            return { [parcel]: { warning: shipment.warnings[0].code } };
        }
        const [told] = shipment.package;
        return {
            [parcel]: {
                number: told.trackingNumber,
                status: told.activity[0].status.type,
                events: told.activity.length,
                last: told.activity[0].status.code
            }
        };
    };
});
