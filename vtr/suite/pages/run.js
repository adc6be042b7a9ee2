"use strict";

// The page of a run: how many scenarios passed, expected rows by reason and carrier, and each scenario with what it
// expected, what was reported and why.

const TONES = {passed: "good", failed: "bad", error: "bad"};

function summary() {
  return [
    element("h1", {}, `Scenarios against ${result.validator}`),
    element("p", {class: "soft"}, `Profile ${result.profile}; ${plural(result.scenarios, "scenario")} in ${result.seconds.toFixed(1)} s.`),
    element("div", {class: "tiles"},
      tile(grouped(result.passed), "passed", result.passed ? "good" : undefined),
      tile(grouped(result.failed), "failed", result.failed ? "bad" : undefined),
      tile(grouped(result.errors), "could not run", result.errors ? "bad" : undefined)),
  ];
}

/** Expected rows by reason and carrier, and how many of them came as expected. */
function matrix() {
  const judged = rows.flatMap((row) => row.judged);
  if (!judged.length) return null;
  const carriers = [...new Set(judged.map((row) => row.carrier))].sort();
  const reasons = [...new Set(judged.map((row) => row.reason))].sort();
  const cell = (reason, carrier) => {
    const met = judged.filter((row) => row.reason === reason && row.carrier === carrier);
    const good = met.filter((row) => row.as_expected).length;
    if (!met.length) return element("td", {});
    return element("td", {class: `number ${good === met.length ? "good" : "bad"}`}, good === met.length ? grouped(good) : `${grouped(good)} of ${grouped(met.length)}`);
  };
  return section("Expected rows, and how many came as expected", element("div", {class: "figure"}, element("table", {class: "rates"},
    element("thead", {}, element("tr", {}, element("th", {}, "reason"), carriers.map((carrier) => element("th", {}, carrier)))),
    element("tbody", {}, reasons.map((reason) => element("tr", {}, element("td", {}, reason || "(blank)"), carriers.map((carrier) => cell(reason, carrier))))))));
}

const filters = (() => {
  let text = "";
  let outcome = "";
  const texts = rows.map((row) => [row.scenario, row.file, row.message, ...row.reports.flatMap((report) => report.rows.flatMap(Object.values))].join("\n").toLowerCase());
  const search = element("input", {type: "search", placeholder: "Scenario, file, order, number, reason …", "aria-label": "Search", oninput: () => {
    text = search.value.trim().toLowerCase();
    apply();
  }});
  const select = chooser("Outcome", tally(rows.map((row) => row.outcome)), () => {
    outcome = select.value && JSON.parse(select.value);
    apply();
  });
  const count = element("span", {class: "soft number", role: "status"});
  const detail = element("div", {class: "detail", "aria-live": "polite"});
  const list = longList("scenarios", inList, (row) => detail.replaceChildren(...(row ? detailOf(row) : [])));

  function apply() {
    const found = rows.filter((row, place) => texts[place].includes(text) && (!outcome || row.outcome === outcome));
    found.sort((one, other) => (one.outcome === "passed") - (other.outcome === "passed"));
    count.textContent = plural(found.length, "scenario");
    list.show(found);
  }

  return {
    node: () => section("Scenarios", element("div", {class: "filters"}, search, select, count), element("div", {class: "split"}, list.node, detail)),
    begin: apply,
  };
})();

function inList(row) {
  return [
    element("div", {}, element("b", {}, row.scenario || "(the file)")),
    element("div", {}, element("span", {class: TONES[row.outcome]}, row.outcome), element("span", {class: "soft"}, `  ${row.file}:${row.line}`)),
  ];
}

const COLUMNS = ["order_id", "package", "category", "carrier", "tracking_id", "no_valid_tracking", "reason"];

function detailOf(row) {
  return [
    element("h3", {}, row.scenario || row.file),
    element("p", {class: "soft"}, `${row.file}:${row.line}`),
    row.differences.length ? [element("h3", {}, "What differs"), element("div", {class: "figure"}, element("table", {class: "differences"},
      element("thead", {}, element("tr", {}, ["order/package", "column", "expected", "reported", "line"].map((name) => element("th", {}, name)))),
      element("tbody", {}, row.differences.map((difference) => element("tr", {},
        element("td", {}, difference.key), element("td", {}, difference.column || "row"),
        element("td", {}, cell(difference.expected)), element("td", {class: "bad"}, cell(difference.actual)), element("td", {class: "number"}, difference.line))))))] : [],
    [...new Set(row.differences.map((difference) => difference.explanation).filter(Boolean))].map((words) => [element("h3", {}, "What the reference says"), element("pre", {}, words)]),
    row.outcome === "error" ? [element("h3", {}, "Why it could not run"), element("pre", {}, row.message)] : [],
    row.reports.map((report) => [
      element("h3", {}, `Report of ${when(report.at)} UTC`),
      report.rows.length ? element("div", {class: "figure"}, element("table", {class: "differences"},
        element("thead", {}, element("tr", {}, shownColumns(report).map((name) => element("th", {}, name)))),
        element("tbody", {}, report.rows.map((line) => element("tr", {}, shownColumns(report).map((name) => element("td", {}, line[name] ?? ""))))))) : element("p", {class: "soft"}, "No rows."),
    ]),
    row.again ? [element("h3", {}, "Run it again"), element("pre", {}, row.again)] : [],
  ].flat(Infinity).filter(Boolean);
}

const shownColumns = (report) => COLUMNS.filter((name) => report.rows.some((line) => name in line));
const cell = (value) => (value === null ? "(no such row)" : value === "" ? "(blank)" : value);

page.append(...[summary(), matrix(), filters.node()].flat(Infinity).filter(Boolean));
filters.begin();
