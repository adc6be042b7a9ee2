// @stores.com/usps (tracking 3.2), asked as its README shows.

const { run } = require("./asked.js");

run("@stores.com/usps", ({ url, name }, USPS) => {
    const usps = new USPS({ environment_url: `${url}/usps`, client_id: name, client_secret: name });
    return async (number, parcel) => {
        let told;
        try {
            [told] = await usps.getTracking(number);
        } catch (error) {
            return { [parcel]: { refused: error.cause?.status } };
        }
        return {
            [parcel]: {
                number: told.trackingNumber,
                status: told.statusCategory,
                events: told.trackingEvents.length,
                last: told.trackingEvents[0].eventCode
            }
        };
    };
});
