"use strict";

// What both pages share: elements from values (texts only, never markup), and a list that draws what can be seen.

const result = JSON.parse(document.getElementById("result").textContent);
const rows = JSON.parse(document.getElementById("rows").textContent);
const page = document.getElementById("page");
const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; texts become text nodes, nothing is dropped silently but null. */
function element(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function drawn(name, attributes, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const plural = (number, word) => `${grouped(number)} ${word}${number === 1 ? "" : "s"}`;
const percent = (rate) => (rate === null || rate === undefined ? "–" : `${(rate * 100).toFixed(2)} %`);
const tile = (value, words, kind) => element("div", {class: "tile"}, element("b", {class: kind}, value), words);
const section = (title, ...children) => element("section", {}, element("h2", {}, title), ...children);

/** An instant of the report as people read it: day and time in UTC. */
const when = (instant) => {
  if (!instant) return "no time";
  const [day, clock] = instant.replace("Z", "").split("T");
  return clock ? `${day} ${clock.replace(/(:\d\d):00(\.0+)?$/, "$1")}` : day;
};

/** How much time lies between two instants, in words of at most two units. */
function apart(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  let left = seconds;
  const parts = [];
  for (const [name, size] of units) {
    const count = Math.floor(left / size);
    if (count && parts.length < 2) parts.push(`${count} ${name}`);
    left -= count * size;
  }
  return parts.join(" ");
}

/** A select of a filter: all values of the rows with how many have each. */
function chooser(label, counts, onchange) {
  const select = element("select", {"aria-label": label, onchange}, element("option", {value: ""}, `${label}: all`));
  for (const [value, count] of [...counts].sort((one, other) => other[1] - one[1])) {
    const shown = value === "" ? "(none)" : value;
    select.append(element("option", {value: JSON.stringify(value)}, `${shown} (${grouped(count)})`));
  }
  return select;
}

function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
  return counts;
}

const ROW_HEIGHT = 56;

/**
 * A list of any length: only rows in sight are elements. `fill(row)` gives a row's content, `chosen(row)` is called
 * with the row that was chosen, by mouse or by arrow keys.
 */
function longList(label, fill, chosen) {
  const inner = element("div", {role: "listbox", "aria-label": label, style: "position:relative"});
  const outer = element("div", {class: "list", onscroll: draw, onkeydown: move}, inner);
  let shown = [];
  let current = -1;

  function draw() {
    inner.style.height = `${Math.max(shown.length, 1) * ROW_HEIGHT}px`;
    if (!shown.length) return inner.replaceChildren(element("div", {class: "empty"}, "No row is like this."));
    const first = Math.max(0, Math.floor(outer.scrollTop / ROW_HEIGHT) - 4);
    const last = Math.min(shown.length, first + Math.ceil(outer.clientHeight / ROW_HEIGHT) + 8);
    const focused = inner.contains(document.activeElement);
    inner.replaceChildren(...shown.slice(first, last).map((row, index) => {
      const place = first + index;
      return element("button", {
        class: "row", role: "option", style: `top:${place * ROW_HEIGHT}px`, tabindex: place === Math.max(current, 0) ? 0 : -1,
        "aria-selected": place === current ? "true" : "false", "data-place": place, onclick: () => choose(place),
      }, fill(row));
    }));
    if (focused && current >= 0) inner.querySelector(`[data-place="${current}"]`)?.focus({preventScroll: true});
  }

  function choose(place) {
    current = place;
    draw();
    chosen(shown[place]);
  }

  function move(event) {
    const step = {ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10}[event.key];
    if (!step || !shown.length) return;
    event.preventDefault();
    const place = Math.min(shown.length - 1, Math.max(0, current + step));
    const top = place * ROW_HEIGHT;
    if (top < outer.scrollTop) outer.scrollTop = top;
    if (top + ROW_HEIGHT > outer.scrollTop + outer.clientHeight) outer.scrollTop = top + ROW_HEIGHT - outer.clientHeight;
    choose(place);
  }

  addEventListener("resize", draw);
  return {
    node: outer,
    show(list) {
      shown = list;
      current = -1;
      outer.scrollTop = 0;
      draw();
      if (list.length) choose(0);
      else chosen(null);
    },
  };
}
