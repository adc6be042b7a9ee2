// @stores.com/ups, asked as its README shows.

const { run } = require("./driver.js");

run("@stores.com/ups", ({ url, name }, UPS) => {
    const ups = new UPS({ environment_url: `${url}/ups`, client_id: name, client_secret: name });
    return async (number, parcel) => {
        const answer = await ups.getTracking(number);
        const [shipment] = answer.trackResponse.shipment;
        if (shipment.package === undefined) {
            return { [parcel]: { warning: shipment.warnings[0].code } };
        }
        const [found] = shipment.package;
        return {
            [parcel]: {
                number: found.trackingNumber,
                status: found.activity[0].status.type,
                events: found.activity.length,
                last: found.activity[0].status.code
            }
        };
    };
});
