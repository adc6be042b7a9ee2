// @stores.com/usps (tracking 3.2), asked as its README shows.

const { run } = require("./driver.js");

run("@stores.com/usps", ({ url, name }, USPS) => {
    const usps = new USPS({ environment_url: `${url}/usps`, client_id: name, client_secret: name });
    return async (number, parcel) => {
        let found;
        try {
            [found] = await usps.getTracking(number);
        } catch (error) {
            return { [parcel]: { refused: error.cause?.status } };
        }
        return {
            [parcel]: {
                number: found.trackingNumber,
                status: found.statusCategory,
                events: found.trackingEvents.length,
                last: found.trackingEvents[0].eventCode
            }
        };
    };
});
