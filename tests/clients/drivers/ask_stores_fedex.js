// @stores.com/fedex, asked as its README shows.

const { run } = require("./driver.js");

run("@stores.com/fedex", ({ url, name }, FedEx) => {
    const fedex = new FedEx({ url: `${url}/fedex`, api_key: name, secret_key: name });
    return async (number, parcel) => {
        const answer = await fedex.trackByTrackingNumber({
            includeDetailedScans: true,
            trackingInfo: [{ trackingNumberInfo: { trackingNumber: number } }]
        });
        const found = answer.output.completeTrackResults[0];
        const [result] = found.trackResults;
        if (result.error !== undefined) {
            return { [parcel]: { error: result.error.code } };
        }
        return {
            [parcel]: {
                number: found.trackingNumber,
                status: result.latestStatusDetail.code,
                events: result.scanEvents.length,
                last: result.scanEvents[0].eventType
            }
        };
    };
});
