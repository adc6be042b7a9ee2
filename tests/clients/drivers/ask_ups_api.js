// ups-api, asked twice: as its README shows, and with the header that it leaves to its caller.

const { randomUUID } = require("node:crypto");
const { run } = require("./driver.js");

run("ups-api", ({ url, name }, { API }) => {
    const api = new API({
        authUrl: `${url}/ups/`,
        baseUrl: `${url}/ups/api/`,
        clientId: name,
        clientSecret: name,
        transactionSrc: name
    });
    return async (number, parcel) => {
        const plainly = {};
        if (parcel === "delivered") {
            plainly[`${parcel}, plainly`] = await api.getTrackingDetails(number).then(
                (answer) => ({ answered: Object.keys(answer) }),
                (error) => ({ refused: error.code })
            );
        }
        const answer = await api.getTrackingDetails(number, { headers: { transId: randomUUID() } });
        const [shipment] = answer.trackResponse.shipment;
        if (shipment.package === undefined) {
            return { [parcel]: { warning: shipment.warnings[0].code } };
        }
        const [found] = shipment.package;
        return {
            ...plainly,
            [parcel]: {
                number: found.trackingNumber,
                status: found.activity[0].status.type,
                events: found.activity.length,
                last: found.activity[0].status.code
            }
        };
    };
});
