// Click a figure in the averages: its values by employee and week.
const ROWS_AT_FIRST = 100;
let figureAt = -1;
let drillRows = ROWS_AT_FIRST;
const decoded = new Map();

function valuesOf(place) {
  if (!decoded.has(place)) {
    const bytes = Uint8Array.from(atob(facts.drill.values[place]), (char) => char.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    decoded.set(place, (at) => view.getInt16(at * 2, true));
  }
  return decoded.get(place);
}
const withValues = new Map();
function measured(place) {
  // A figure that is not for everybody (hourly, monthly) is shown for those who have it.
  if (!withValues.has(place)) {
    const values = valuesOf(place), weeks = facts.weeks.length;
    const has = (at) => { for (let week = 0; week < weeks; week++) if (isValue(values(at * weeks + week))) return true; return false; };
    withValues.set(place, facts.drill.people.map((person, at) => [person, at]).filter(([, at]) => has(at)));
  }
  return withValues.get(place);
}
function drillHead() {
  const row = make("tr");
  row.append(make("th", texts.employee));
  row.append(make("th", texts.average, "n"));
  for (const week of facts.weeks) {
    const cell = make("th", weekShort(week), "n");
    cell.title = weekLong(week);
    row.append(cell);
  }
  byId("drill-table").tHead.replaceChildren(row);
}
function drawDrill() {
  const figure = facts.figures[figureAt], values = valuesOf(figureAt), weeks = facts.weeks.length;
  const wanted = folded(byId("drill-search").value.trim());
  const everybody = measured(figureAt);
  const found = everybody.filter(([person]) => !wanted || searched(person).includes(wanted));
  const all = make("tr");
  all.append(make("th", texts.everybody), valueCell(figure.average, figure.kind));
  facts.byWeek[figureAt].forEach((code) => all.append(valueCell(code, figure.kind)));
  const rows = found.slice(0, drillRows).map(([person, at]) => {
    const row = make("tr");
    row.append(personCell(person), valueCell(facts.people.figures[figureAt][person], figure.kind));
    for (let week = 0; week < weeks; week++) row.append(valueCell(values(at * weeks + week), figure.kind));
    return row;
  });
  byId("drill-table").tBodies[0].replaceChildren(...(wanted ? [] : [all]), ...rows);
  byId("drill-count").textContent = texts.count.replace("{shown}", found.length).replace("{all}", everybody.length);
  more(byId("drill-more"), found.length - rows.length);
}
function more(button, left) {
  button.hidden = left <= 0;
  button.textContent = texts.more.replace("{count}", left);
}
function openDrill(place) {
  const again = figureAt === place;
  closeDrill();
  if (again) return;
  figureAt = place;
  drillRows = ROWS_AT_FIRST;
  const figure = facts.figures[place];
  byId("drill-title").textContent = figure.label + (figure.kind === "points" ? ` (${texts.points})` : "");
  byId("drill-note").textContent = facts.drill.note;
  document.querySelector(`.figure[value="${place}"]`).setAttribute("aria-expanded", "true");
  byId("drill").hidden = false;
  drillHead();
  drawDrill();
  byId("drill").scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  byId("drill").focus({ preventScroll: true });
}
function closeDrill() {
  if (figureAt < 0) return;
  const button = document.querySelector(`.figure[value="${figureAt}"]`);
  button.setAttribute("aria-expanded", "false");
  if (byId("drill").contains(document.activeElement)) button.focus();
  byId("drill").hidden = true;
  figureAt = -1;
}
function startDrill() {
  if (!facts.drill) return;
  byId("averages-help").hidden = false;
  document.querySelectorAll(".figure").forEach((button) => {
    button.disabled = false;
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", "drill");
    button.addEventListener("click", () => openDrill(Number(button.value)));
  });
  byId("drill-close").addEventListener("click", closeDrill);
  byId("drill").addEventListener("keydown", (event) => { if (event.key === "Escape") closeDrill(); });
  byId("drill-search").addEventListener("input", () => { drillRows = ROWS_AT_FIRST; drawDrill(); });
  byId("drill-more").addEventListener("click", () => { drillRows += 500; drawDrill(); });
}
