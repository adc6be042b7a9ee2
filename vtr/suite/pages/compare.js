"use strict";

// The page of a comparison: what was changed, what that does to the rates, and the story of every row that flips.

const words = (side) => side.reason || side.state.toUpperCase();
const tone = (side) => ({valid: "good", invalid: "bad"})[side.state] || "soft";

// -- the top

function summary() {
  const flips = result.flips;
  const overall = result.rates.find((rate) => rate.category === null);
  const points = overall?.change_points;
  const same = result.targets.base === result.targets.head;
  const target = same ? percent(result.targets.head) : `${percent(result.targets.base)} → ${percent(result.targets.head)}`;
  return [
    element("h1", {}, element("span", {class: "base"}, result.base), " → ", element("span", {class: "head"}, result.head)),
    element("p", {class: "soft"}, `What flips, and why. ${overWords()} The left side is the base, the right one the head.`),
    result.budget.exceeded.map((line) => element("div", {class: "notice"}, line)),
    element("div", {class: "tiles"},
      tile(grouped(result.compared), result.compared === 1 ? "package compared" : "packages compared"),
      tile(grouped(flips.rows), flips.rows === 1 ? "row flipped" : "rows flipped", flips.rows ? "bad" : "good"),
      tile(grouped(flips.of_verdict), "of them in the verdict, the others in the reason alone"),
      overall ? tile(`${percent(overall.base)} → ${percent(overall.head)}`,
        `valid tracking rate of all${points === null ? "" : `, ${signed(points)} points`}; target ${target}`,
        overall.head_counts.status === "BAD" ? "bad" : undefined) : null,
      result.unanswered ? tile(grouped(result.unanswered), "unanswered on one side or both", "bad") : null),
  ];
}

const signed = (points) => (points > 0 ? "+" : points < 0 ? "−" : "±") + Math.abs(points).toFixed(2);

function overWords() {
  const shown = (value) => (value === null || typeof value !== "object" ? value : Array.isArray(value) ? value.map(shown).join(", ")
    : Object.entries(value).map(([side, each]) => `${shown(each)} (${side})`).join(", "));
  const over = Object.entries(result.over).map(([key, value]) => `${key.replaceAll("_", " ")} ${shown(value)}`);
  return over.length ? `Over ${over.join("; ")}.` : "";
}

// -- what was changed

function changes() {
  if (!result.changes.length) return null;
  return section("What was changed", element("div", {class: "changes"}, result.changes.map((change, place) =>
    element("div", {class: "change"},
      element("div", {}, element("b", {}, [change.what, change.name].filter(Boolean).join(" ")), ` ${change.kind}`),
      element("button", {onclick: () => filters.only("clause", place), disabled: change.flips === 0}, `flips ${plural(change.flips, "row")}`),
      element("div", {class: "words"},
        change.base?.text ? element("del", {}, `− ${change.base.text}`) : null,
        change.head?.text ? element("ins", {}, `+ ${change.head.text}`) : null),
      element("div", {class: "soft words code"}, change.at)))));
}

// -- rates

function rates() {
  const shown = result.rates.filter((rate) => rate.base !== null || rate.head !== null);
  if (!shown.length) return null;
  const lows = shown.flatMap((rate) => [rate.base, rate.head]).concat(result.targets.base, result.targets.head);
  const least = Math.min(...lows.filter((rate) => rate !== null));
  const start = Math.max(0, Math.floor((least - 0.02) * 20) / 20);
  const place = (rate) => 8 + ((rate - start) / (1 - start)) * 384;
  const bar = (rate) => {
    const dots = [];
    for (const side of ["base", "head"]) {
      const x = place(result.targets[side]);
      dots.push(drawn("line", {x1: x, x2: x, y1: 0, y2: 22, stroke: "var(--soft)", "stroke-dasharray": "2 3"}));
    }
    if (rate.base !== null && rate.head !== null) {
      dots.push(drawn("line", {x1: place(rate.base), x2: place(rate.head), y1: 11, y2: 11, stroke: "var(--head)", "stroke-width": 3}));
    }
    if (rate.base !== null) dots.push(drawn("circle", {cx: place(rate.base), cy: 11, r: 5, fill: "var(--paper)", stroke: "var(--base)", "stroke-width": 2}));
    if (rate.head !== null) dots.push(drawn("circle", {cx: place(rate.head), cy: 11, r: 5, fill: "var(--head)"}));
    return drawn("svg", {viewBox: "0 0 400 22", width: "100%", height: 22, role: "img", "aria-label": `${percent(rate.base)} before, ${percent(rate.head)} after`}, dots);
  };
  const cell = (rate, counts, kind) => element("td", {class: `number ${kind}`}, percent(rate), element("span", {class: "soft"}, counts.counted ? ` ${grouped(counts.valid)} of ${grouped(counts.counted)}` : ""));
  return section("Rate by category", element("div", {class: "figure"}, element("table", {class: "rates"},
    element("thead", {}, element("tr", {}, ["category", "base", "head", "points"].map((name) => element("th", {}, name)),
      element("th", {class: "bar"}, `${(start * 100).toFixed(0)} % to 100 %, target dotted`), element("th", {}, "is"))),
    element("tbody", {}, shown.map((rate) => element("tr", {},
      element("td", {}, rate.category === null ? element("b", {}, "all") : rate.category),
      cell(rate.base, rate.base_counts, "base"), cell(rate.head, rate.head_counts, "head"),
      element("td", {class: "number"}, rate.change_points === null ? "–" : signed(rate.change_points)),
      element("td", {class: "bar"}, bar(rate)),
      element("td", {class: {GOOD: "good", BAD: "bad"}[rate.head_counts.status]},
        rate.base_counts.status === rate.head_counts.status ? rate.head_counts.status : `${rate.base_counts.status} → ${rate.head_counts.status}`)))))));
}

// -- from reason to reason

function flows() {
  const groups = result.groups.reason;
  if (!groups.length) return null;
  const total = groups.reduce((sum, group) => sum + group.rows, 0);
  const sums = (side) => {
    const counts = new Map();
    for (const group of groups) counts.set(group[side], (counts.get(group[side]) || 0) + group.rows);
    return [...counts].sort((one, other) => other[1] - one[1]);
  };
  const [left, right] = [sums("base"), sums("head")];
  const thick = Math.max(120, Math.min(300, 40 * Math.max(left.length, right.length)));
  const LEAST = 26;
  const laid = (nodes) => {
    const places = new Map();
    let top = 4;
    for (const [name, count] of nodes) {
      const height = Math.max(3, (count / total) * thick);
      const room = Math.max(LEAST, height);
      places.set(name, {top: top + (room - height) / 2, height, middle: top + room / 2, used: 0, count});
      top += room + 8;
    }
    return [places, top];
  };
  const [from, fromEnd] = laid(left);
  const [to, toEnd] = laid(right);
  const WIDTH = 900, INNER = 250;
  const paths = groups.map((group) => {
    const [start, end] = [from.get(group.base), to.get(group.head)];
    const share = (node) => Math.max(1.5, (group.rows / node.count) * node.height);
    const [y1, y2] = [start.top + start.used + share(start) / 2, end.top + end.used + share(end) / 2];
    const stroke = Math.max(2, Math.min(share(start), share(end)));
    start.used += share(start);
    end.used += share(end);
    const middle = WIDTH / 2;
    return drawn("path", {
      d: `M${INNER + 8},${y1} C${middle},${y1} ${middle},${y2} ${WIDTH - INNER - 8},${y2}`, fill: "none", stroke: "var(--head)",
      "stroke-opacity": .35, "stroke-width": stroke, style: "cursor:pointer", onclick: () => filters.only("pair", pairOf(group.base, group.head)),
    }, drawn("title", {}, `${group.base} → ${group.head}: ${plural(group.rows, "row")}`));
  });
  const label = (nodes, side) => nodes.map(([name, count]) => {
    const node = (side === "base" ? from : to).get(name);
    const x = side === "base" ? INNER : WIDTH - INNER;
    return [
      drawn("rect", {x: side === "base" ? x : x - 8, y: node.top, width: 8, height: node.height, fill: `var(--${side})`}),
      drawn("text", {x: side === "base" ? x - 8 : x + 8, y: node.middle + 4, "text-anchor": side === "base" ? "end" : "start"}, `${name}  ${grouped(count)}`),
    ];
  });
  const height = Math.max(fromEnd, toEnd);
  return section("From reason to reason", element("p", {class: "soft"}, "Rows by their reason in the base (left) and in the head (right). Choose a flow to see its rows below."),
    element("div", {class: "figure"}, drawn("svg", {viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, role: "img", "aria-label": "flows from reason to reason"}, paths, label(left, "base"), label(right, "head"))));
}

// -- the rows

const pairOf = (base, head) => `${base} → ${head}`;
const filters = (() => {
  const kinds = [
    ["pair", "Reasons", (row) => [pairOf(words(row.base), words(row.head))]],
    ["carrier", "Carrier", (row) => [row.carrier]],
    ["category", "Category", (row) => [row.category]],
    ["origin", "Ships from", (row) => [row.origin]],
    ["rule", "Rule", (row) => row.rules],
    ["clause", "Change", (row) => row.clauses],
  ];
  const chosen = new Map();
  let text = "";
  const texts = rows.map((row) => [row.key, row.carrier, row.category, row.origin, words(row.base), words(row.head),
    row.base.tracking_id, row.head.tracking_id, row.scenario?.scenario, row.scenario?.file].join("\n").toLowerCase());
  const selects = new Map();
  const search = element("input", {type: "search", placeholder: "Order, number, scenario, reason …", "aria-label": "Search", oninput: () => {
    text = search.value.trim().toLowerCase();
    apply();
  }});
  const count = element("span", {class: "soft number", role: "status"});
  const bar = element("div", {class: "filters"}, search);
  for (const [name, label, values] of kinds) {
    const counts = tally(rows.flatMap(values));
    if (counts.size < 2 && name !== "clause") continue;
    if (name === "clause" && result.changes.length < 2) continue;
    const select = chooser(label, counts, () => set(name, select.value));
    if (name === "clause") for (const option of [...select.options].slice(1)) {
      const change = result.changes[JSON.parse(option.value)];
      option.textContent = [change.what, change.name].filter(Boolean).join(" ");
    }
    selects.set(name, select);
    bar.append(select);
  }
  bar.append(count);
  const detail = element("div", {class: "detail", "aria-live": "polite"});
  const list = longList("flipped rows", inList, (row) => detail.replaceChildren(...(row ? story(row).flat(Infinity).filter(Boolean) : [])));

  function set(name, value) {
    if (value === "") chosen.delete(name);
    else chosen.set(name, JSON.parse(value));
    apply();
  }

  function apply() {
    const found = rows.filter((row, place) => texts[place].includes(text)
      && kinds.every(([name, , values]) => !chosen.has(name) || values(row).includes(chosen.get(name))));
    const left = result.flips.rows - rows.length;
    count.textContent = `${plural(found.length, "row")}${left > 0 ? ` of ${grouped(rows.length)} here (${grouped(left)} more in --format json)` : ""}`;
    list.show(found);
  }

  return {
    node: () => section("Flipped rows", bar, element("div", {class: "split"}, list.node, detail)),
    begin: apply,
    only(name, value) {
      chosen.clear();
      for (const [other, select] of selects) select.value = other === name ? JSON.stringify(value) : "";
      chosen.set(name, value);
      text = search.value = "";
      apply();
      bar.scrollIntoView({behavior: "auto", block: "start"});
    },
  };
})();

function inList(row) {
  return [
    element("div", {}, element("b", {}, row.key), element("span", {class: "soft"}, `  ${[row.carrier, row.category, row.origin].filter(Boolean).join(" · ")}`)),
    element("div", {}, element("span", {class: tone(row.base)}, words(row.base)), " → ", element("span", {class: tone(row.head)}, words(row.head))),
  ];
}

// -- the story of a row

const ACTORS = {placed: "amazon", cancelled: "amazon", promised: "amazon", report: "amazon", submitted: "seller", scan: "carrier"};

function story(row) {
  const timeline = row.timeline || [];
  const parts = [
    element("h3", {}, row.key),
    element("div", {class: "verdicts"}, ["base", "head"].map((side) => [
      element("span", {class: side}, side),
      element("span", {}, element("b", {class: tone(row[side])}, words(row[side])),
        row[side].tracking_id ? element("span", {class: "soft"}, ` column E: ${row[side].tracking_id}`) : null)])),
  ];
  if (row.clauses.length) parts.push(element("h3", {}, row.clauses.length > 1 ? "Flipped by these changes" : "Flipped by"), row.clauses.map((place) => {
    const change = result.changes[place];
    return element("p", {}, element("b", {}, [change.what, change.name].filter(Boolean).join(" ")), element("span", {class: "soft"}, `  ${change.at}`),
      element("pre", {}, [change.base?.text ? `− ${change.base.text}\n` : "", change.head?.text ? `+ ${change.head.text}` : ""]));
  }));
  if (row.scenario) parts.push(element("p", {class: "soft"}, `Scenario: ${row.scenario.scenario} (${row.scenario.file}:${row.scenario.line})`));
  if (!timeline.length) return [...parts, element("p", {class: "soft"}, "No timeline: this row is none of the samples. More samples: --samples N.")];
  parts.push(element("h3", {}, "What happened (UTC)"), strip(timeline, row), storyList(timeline));
  for (const [side, explanation] of Object.entries(row.explanations || {})) {
    parts.push(element("h3", {}, "Why: ", element("span", {class: side}, side)), element("pre", {}, explanation.text.join("\n")));
  }
  return parts;
}

function instantOf(entry) {
  return entry.at === null ? null : Date.parse(entry.at.includes("T") ? entry.at : `${entry.at}T23:59:59Z`);
}

/** The story on one line of time: a lane for each actor, a stroke for each day. */
function strip(timeline, row) {
  const timed = timeline.filter((entry) => entry.at !== null && entry.what !== "report" && entry.what !== "promised");
  if (!timed.length) return null;
  const instants = timed.map(instantOf);
  const DAY = 86400000;
  const start = Math.floor(Math.min(...instants) / DAY) * DAY;
  const end = Math.max(start + DAY, Math.ceil((Math.max(...instants) + 1) / DAY) * DAY);
  const WIDTH = 560, LEFT = 62, lanes = ["amazon", "seller", "carrier"], names = {amazon: "order", seller: "seller", carrier: "carrier"};
  const x = (instant) => LEFT + ((instant - start) / (end - start)) * (WIDTH - LEFT - 10);
  const parts = [];
  const days = Math.round((end - start) / DAY);
  const every = Math.ceil(days / 8);
  for (let day = 0; day <= days; day++) {
    const place = x(start + day * DAY);
    parts.push(drawn("line", {x1: place, x2: place, y1: 6, y2: 84, stroke: "var(--line)"}));
    if (day % every === 0 && day < days) parts.push(drawn("text", {x: place + 3, y: 98, class: "soft", style: "font-size:11px"}, new Date(start + day * DAY).toISOString().slice(5, 10)));
  }
  lanes.forEach((lane, index) => {
    const y = 18 + index * 27;
    parts.push(drawn("line", {x1: LEFT, x2: WIDTH - 10, y1: y, y2: y, stroke: "var(--line)"}), drawn("text", {x: 0, y: y + 4, class: "soft"}, names[lane]));
  });
  for (const side of ["base", "head"]) {
    const delivery = row[side].actual_delivery;
    if (!delivery) continue;
    const place = x(Date.parse(delivery));
    if (place >= LEFT && place <= WIDTH) parts.push(drawn("line", {x1: place, x2: place, y1: 6, y2: 84, stroke: "var(--bad)", "stroke-width": 1.5}, drawn("title", {}, "delivered")));
  }
  timed.forEach((entry, index) => {
    const lane = ACTORS[entry.what];
    const ghost = entry.what === "scan" && !counted(entry);
    parts.push(drawn("circle", {
      cx: x(instants[index]), cy: 18 + lanes.indexOf(lane) * 27, r: 5, fill: ghost ? "var(--paper)" : `var(--${lane})`, stroke: `var(--${lane})`, "stroke-width": 2,
    }, drawn("title", {}, `${when(entry.at)} ${headline(entry)}`)));
  });
  return element("div", {class: "strip"}, element("div", {class: "figure"}, drawn("svg", {viewBox: `0 0 ${WIDTH} 102`, width: "100%", style: "min-width:440px", role: "img", "aria-label": "the events on a line of time"}, parts)),
    element("div", {class: "legend"},
      element("span", {}, element("i", {style: "background:var(--seller)"}), "what the seller submits"),
      element("span", {}, element("i", {style: "background:var(--carrier)"}), "a scan that counts"),
      element("span", {}, element("i", {style: "border:2px solid var(--carrier)"}), "an event that does not"),
      element("span", {}, element("i", {style: "background:var(--bad);width:2px;border-radius:0"}), "delivery")));
}

const sidesOf = (entry) => ["base", "head"].filter((side) => entry[side]);
const counted = (entry) => sidesOf(entry).some((side) => entry[side].counts || entry[side].delivers);

function headline(entry) {
  switch (entry.what) {
    case "placed": return "Order placed";
    case "cancelled": return "Order cancelled";
    case "promised": return "Promised delivery date";
    case "report": return "Report drawn";
    case "submitted": return `${entry.seq > 1 ? "Seller changes it to" : "Seller confirms"} ${entry.carrier || "(no carrier)"} ${entry.tracking_number === "" ? "(blank)" : JSON.stringify(entry.tracking_number).slice(1, -1)}`;
    default: return `${entry.means || entry.code}`;
  }
}

function storyList(timeline) {
  let before = null;
  return element("ol", {class: "story"}, timeline.map((entry) => {
    const instant = instantOf(entry);
    const gap = before !== null && instant !== null && instant > before ? apart(instant - before) : "";
    before = instant ?? before;
    const ghost = entry.what === "scan" && !counted(entry);
    return element("li", {class: `${ACTORS[entry.what]}${ghost ? " ghost" : ""}`},
      element("time", {}, when(entry.at), gap ? element("div", {class: "gap"}, `+ ${gap}`) : null),
      element("span", {class: "dot"}),
      element("div", {}, headline(entry), aside(entry), sides(entry)));
  }));
}

function aside(entry) {
  const parts = [];
  if (entry.what === "scan") {
    parts.push(`${entry.carrier} ${entry.tracking_number}, code ${entry.code || "none"}${entry.location ? `, ${entry.location}` : ""}`);
    if (entry.published_at && entry.published_at !== entry.at) parts.push(`shown by the carrier from ${when(entry.published_at)}`);
  }
  if (entry.ship_method) parts.push(`ship method ${entry.ship_method}`);
  return parts.length ? element("div", {class: "aside"}, parts.join("; ")) : null;
}

/** What each side makes of an event; one line where both agree. */
function sides(entry) {
  let remarks;
  if (entry.what === "submitted") {
    const judging = entry.judged_by;
    remarks = {base: judging.includes("base") ? "is what is judged" : "", head: judging.includes("head") ? "is what is judged" : ""};
    if (judging.includes("reference")) remarks = {base: "is what is judged", head: "is what is judged"};
  } else if (entry.what === "scan") {
    const word = (side) => (!side ? "" : side.delivers ? (side.counts ? "physical scan, the delivery" : `the delivery; no physical scan: ${side.why_not}`) : side.counts ? "physical scan" : `does not count: ${side.why_not}`);
    remarks = {base: word(entry.base || entry.reference), head: word(entry.head || entry.reference)};
  } else return null;
  if (remarks.base === remarks.head) return remarks.base ? element("div", {class: "sides"}, remarks.base) : null;
  return ["base", "head"].map((side) => element("div", {class: "sides"}, element("b", {class: side}, side), ` ${remarks[side] || "not looked at"}`));
}

page.append(...[summary(), changes(), rates(), flows(), filters.node()].flat(Infinity).filter(Boolean));
filters.begin();
