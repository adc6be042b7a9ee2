// What every driver for Node does: read the questions from stdin, ask, write the reports to stdout.
//
// A client comes from the folder that npm filled, which is the working folder.

const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const load = createRequire(path.join(process.cwd(), "package.json"));

// ask: from (questions, client) to an async function from a number to what the client reports.
function run(name, ask) {
    const questions = JSON.parse(fs.readFileSync(0, "utf8"));
    const tell = async () => {
        const report = ask(questions, load(name));
        const reports = {};
        for (const [parcel, number] of Object.entries(questions.numbers)) {
            Object.assign(reports, await report(number, parcel));
        }
        process.stdout.write(JSON.stringify(reports), () => process.exit(0)); // some clients leave timers behind
    };
    tell().catch((error) => {
        console.error(error);
        process.exit(1);
    });
}

module.exports = { run };
