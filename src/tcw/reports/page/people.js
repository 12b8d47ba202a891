// The table by employee: sort by a heading, filter by text, unit and red figures.
const people = facts.people;
const PEOPLE_AT_FIRST = 200, PRINTED = 5000;
let sortedBy = null;
let peopleRows = PEOPLE_AT_FIRST;

function columnValues(column) {
  if (column.kind === "person") return people.names ?? people.ids;
  return column.kind === "text" ? people.texts[column.at] : column.kind === "hours" ? people.hours[column.at] : people.figures[column.at];
}
const searchTexts = [];
function searched(person) {
  return (searchTexts[person] ??= folded([people.ids[person], people.names?.[person], ...people.texts.map((text) => text[person])].filter(Boolean).join(" ")));
}
function personCell(person) {
  const cell = make("th");
  cell.scope = "row";
  const name = people.names?.[person];
  cell.append(name ?? people.ids[person]);
  if (name) cell.append(" ", make("span", people.ids[person], "id"));
  return cell;
}
function personRow(person) {
  const row = make("tr");
  for (const column of people.columns) {
    if (column.kind === "person") row.append(personCell(person));
    else if (column.kind === "text") row.append(make("td", columnValues(column)[person] ?? ""));
    else row.append(valueCell(columnValues(column)[person], column.kind));
  }
  return row;
}
function chosen() {
  const wanted = folded(byId("people-search").value.trim()), unit = byId("people-unit").value, onlyRed = byId("people-red").checked;
  const units = people.unitAt < 0 ? null : people.texts[people.unitAt];
  let found = people.ids.map((id, person) => person).filter((person) =>
    (!wanted || searched(person).includes(wanted)) && (!unit || units[person] === unit) &&
    (!onlyRed || people.figures.some((values) => isRed(values[person]))));
  if (sortedBy) {
    const values = columnValues(sortedBy.column), collator = new Intl.Collator(facts.lang, { numeric: true });
    const text = ["person", "text"].includes(sortedBy.column.kind);
    const missing = (person) => values[person] === null || values[person] === undefined || values[person] === NOT_DEFINED;
    found.sort((one, other) => {
      if (missing(one) || missing(other)) return missing(one) - missing(other) || one - other;
      const order = text ? collator.compare(values[one], values[other]) : (values[one] >> 1) - (values[other] >> 1);
      return order * sortedBy.way || one - other;
    });
  }
  return found;
}
function drawPeople() {
  const found = chosen(), shown = found.slice(0, peopleRows);
  byId("people").tBodies[0].replaceChildren(...shown.map(personRow));
  byId("people-count").textContent = texts.count.replace("{shown}", found.length).replace("{all}", people.ids.length);
  more(byId("people-more"), found.length - shown.length);
}
function sortBy(column, heading) {
  const first = ["person", "text"].includes(column.kind) ? 1 : -1;
  const way = sortedBy?.column === column ? -sortedBy.way : first;
  sortedBy = { column, way };
  document.querySelectorAll("#people thead th").forEach((cell) => cell.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
  drawPeople();
}
function startPeople() {
  if (!people) return;
  byId("people-controls").hidden = false;
  document.querySelectorAll("#people thead th").forEach((heading, at) => {
    const button = make("button", heading.textContent, "sort");
    button.type = "button";
    button.addEventListener("click", () => sortBy(people.columns[at], heading));
    heading.replaceChildren(button);
  });
  if (people.unitAt < 0) byId("unit-label").hidden = true;
  else {
    const units = [...new Set(people.texts[people.unitAt])].filter((unit) => unit !== null).sort(new Intl.Collator(facts.lang, { numeric: true }).compare);
    byId("people-unit").append(new Option(texts.allUnits, ""), ...units.map((unit) => new Option(unit, unit)));
  }
  const changed = () => { peopleRows = PEOPLE_AT_FIRST; drawPeople(); };
  byId("people-search").addEventListener("input", changed);
  byId("people-unit").addEventListener("change", changed);
  byId("people-red").addEventListener("change", changed);
  byId("people-more").addEventListener("click", () => { peopleRows += 1000; drawPeople(); });
  addEventListener("beforeprint", () => { peopleRows = Math.max(peopleRows, PRINTED); drawPeople(); });
  drawPeople();
}
