// The frame of every driver for Node: read the questions from stdin, query, write the reports to stdout.
//
// A client is loaded from the working folder, which npm filled.

const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const load = createRequire(path.join(process.cwd(), "package.json"));

// ask: from (questions, client) to an async function from a number to what the client reports.
function run(name, ask) {
    const questions = JSON.parse(fs.readFileSync(0, "utf8"));
    const main = async () => {
        const report = ask(questions, load(name));
        const reports = {};
        for (const [parcel, number] of Object.entries(questions.numbers)) {
            Object.assign(reports, await report(number, parcel));
        }
        process.stdout.write(JSON.stringify(reports), () => process.exit(0)); // some clients leave timers behind
    };
    main().catch((error) => {
        console.error(error);
        process.exit(1);
    });
}

module.exports = { run };
