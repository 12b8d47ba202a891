// The line chart: hover a week, or focus the chart and use the arrow keys, for all its figures.
const chart = byId("chart");
const hiddenLines = new Set();
let weekAt = -1;
let drawn = null;

function svg(tag, attributes, parent) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (parent) parent.append(element);
  return element;
}
function niceStep(span) {
  const rough = span / 6, power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((part) => part * power).find((step) => step >= rough);
}
function drawChart() {
  const shown = facts.figures.map((figure, place) => place).filter((place) => !hiddenLines.has(place));
  const width = Math.max(chart.clientWidth, 280), height = Math.round(Math.min(400, Math.max(240, width * 0.5)));
  const left = 56, right = 14, top = 12, bottom = 30;
  const values = shown.flatMap((place) => facts.byWeek[place]).filter(isValue).map((code) => (code >> 1) / 10);
  let low = Math.min(0, ...values), high = Math.max(values.length ? -Infinity : 100, ...values);
  const step = niceStep(Math.max(high - low, 10));
  low = Math.floor(low / step) * step;
  high = Math.max(Math.ceil(high / step) * step, low + step);
  const count = facts.weeks.length;
  const x = (at) => (count === 1 ? (left + width - right) / 2 : left + (at * (width - left - right)) / (count - 1));
  const y = (value) => top + ((high - value) * (height - top - bottom)) / (high - low);
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const grid = svg("g", { class: "grid" }, root);
  for (let value = low; value <= high + step / 2; value += step) {
    const line = svg("line", { x1: left, x2: width - right, y1: y(value), y2: y(value) }, grid);
    if (Math.abs(value) < step / 1000) line.setAttribute("class", "zero");
    svg("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, grid).textContent =
      number(Math.round(value * 10), false).replace(/[.,]0$/, "") + texts.percent;
  }
  const every = Math.ceil((count * 34) / (width - left - right));
  for (let at = 0; at < count; at += every)
    svg("text", { x: x(at), y: height - 8, "text-anchor": "middle" }, grid).textContent = weekShort(facts.weeks[at]);
  for (const place of shown) {
    const group = svg("g", { class: `series c${place % 8}` }, root);
    let path = "", pen = "M";
    facts.byWeek[place].forEach((code, at) => {
      if (!isValue(code)) { pen = "M"; return; }
      path += `${pen}${x(at).toFixed(1)} ${y((code >> 1) / 10).toFixed(1)}`;
      pen = "L";
      if (count <= 40) svg("circle", { cx: x(at).toFixed(1), cy: y((code >> 1) / 10).toFixed(1), r: 3 }, group);
    });
    if (path) svg("path", { d: path }, group);
  }
  const guide = svg("line", { class: "guide", y1: top, y2: height - bottom, visibility: "hidden" }, root);
  const tip = make("div", undefined, "tip");
  tip.hidden = true;
  chart.replaceChildren(root, tip);
  drawn = { x, width, count, guide, tip, root };
  if (weekAt >= 0) showWeek(weekAt);
}
function showWeek(at) {
  if (!drawn.count) return;
  weekAt = Math.max(0, Math.min(drawn.count - 1, at));
  const { guide, tip } = drawn, place = drawn.x(weekAt);
  guide.setAttribute("x1", place);
  guide.setAttribute("x2", place);
  guide.setAttribute("visibility", "visible");
  const list = make("dl");
  const said = [];
  facts.figures.forEach((figure, number) => {
    const code = facts.byWeek[number][weekAt], text = withUnit(code, figure.kind);
    const name = make("dt");
    name.append(make("span", undefined, `dot c${number % 8}`), ` ${figure.label}`);
    list.append(name, make("dd", text, isRed(code) ? "red" : ""));
    said.push(`${figure.label} ${text}`);
  });
  const week = weekLong(facts.weeks[weekAt]);
  tip.replaceChildren(make("strong", week), list);
  tip.hidden = false;
  const scale = chart.clientWidth / drawn.width;
  const beside = place * scale + 16 + tip.offsetWidth > chart.clientWidth ? place * scale - 16 - tip.offsetWidth : place * scale + 16;
  tip.style.left = `${Math.max(0, beside)}px`;
  return `${week}: ${said.join("; ")}`;
}
function hideWeek() {
  weekAt = -1;
  drawn.guide.setAttribute("visibility", "hidden");
  drawn.tip.hidden = true;
}
function pointed(event) {
  const box = drawn.root.getBoundingClientRect();
  const at = ((event.clientX - box.left) * drawn.width) / box.width;
  let nearest = 0;
  for (let week = 1; week < drawn.count; week++)
    if (Math.abs(drawn.x(week) - at) < Math.abs(drawn.x(nearest) - at)) nearest = week;
  showWeek(nearest);
}
function startChart() {
  if (!facts.weeks.length) return;
  chart.hidden = false;
  byId("chart-help").hidden = false;
  drawChart();
  new ResizeObserver(() => { if (Math.abs(chart.clientWidth - drawn.width) > 1) drawChart(); }).observe(chart);
  chart.addEventListener("pointermove", pointed);
  chart.addEventListener("pointerdown", pointed);
  chart.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && document.activeElement !== chart) hideWeek(); });
  // On a phone the week stands below the chart: taking it away would move what is being tapped from under the finger.
  chart.addEventListener("blur", () => { if (getComputedStyle(drawn.tip).position !== "static") hideWeek(); });
  chart.addEventListener("keydown", (event) => {
    const to = { ArrowRight: weekAt + 1, ArrowLeft: weekAt < 0 ? drawn.count - 1 : weekAt - 1, Home: 0, End: drawn.count - 1 }[event.key];
    if (event.key === "Escape") hideWeek();
    if (to === undefined) return;
    event.preventDefault();
    byId("week-said").textContent = showWeek(to);
  });
  document.querySelectorAll(".line-shown").forEach((box) => {
    box.hidden = false;
    box.addEventListener("change", () => {
      if (box.checked) hiddenLines.delete(Number(box.value)); else hiddenLines.add(Number(box.value));
      drawChart();
    });
  });
}
