// @stores.com/usps (tracking 3.2), asked as its README shows.

const { run } = require("./asked.js");

run("@stores.com/usps", ({ url, name }, USPS) => {
    const usps = new USPS({ environment_url: `${url}/usps`, client_id: name, client_secret: name });
    return async (number, parcel) => {
        const [told] = await usps.getTracking(number);
        return {
            [parcel]: {
                number: told.trackingNumber,
                status: told.statusCategory,
                events: told.trackingEvents.length,
                "last event": told.trackingEvents[0].eventCode
            }
        };
    };
});
