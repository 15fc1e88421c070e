// A page of the list of calls: headings that sort, rows that open, ticks that choose, and what was searched for.
// Everything from a recording or its metadata enters the page as text, never as markup.

function make(tag, classes, text) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  if (text !== undefined) element.textContent = text;
  if (tag === "button") element.type = "button";
  return element;
}

function heading(parts, data, sort) {
  const cell = make("th");
  cell.scope = "col";
  parts.forEach((part, place) => {
    const classes = place ? "second" : "";
    if (!part.sort) return cell.append(make("span", classes, part.label));
    const active = part.sort === data.sort;
    const arrow = active ? (data.descending ? " ↓" : " ↑") : "";
    const button = make("button", active ? "active" : classes, part.label + arrow);
    button.title = data.labels.sort;
    button.addEventListener("click", () => sort(part.sort));
    if (active) cell.setAttribute("aria-sort", data.descending ? "descending" : "ascending");
    cell.append(button);
  });
  return cell;
}

function content(part, row, data, open) {
  if (part.kind === "call") {
    const link = make("a", "open clip", part.text);
    link.href = row.href;
    link.title = part.text;
    link.dir = "auto";
    link.addEventListener("click", (event) => open(event, row.id, null));
    return link;
  }
  if (part.kind === "score") {
    const box = make("div", "score");
    box.append(make("b", "", part.text));
    if (part.percent !== null) {
      const bar = make("i");
      const fill = make("span");
      fill.style.width = `${Math.max(0, Math.min(100, part.percent))}%`;
      bar.append(fill);
      box.append(bar);
    }
    return box;
  }
  const element = make("div", part.kind === "state" ? `state ${part.state}` : part.kind, part.text);
  if (part.kind.startsWith("clip")) {
    element.dir = "auto";
    element.title = part.text;
  }
  return element;
}

function matches(row, width, open) {
  const line = make("tr", "matches");
  const cell = make("td");
  cell.colSpan = width;
  const list = make("ul");
  row.matches.forEach((match) => {
    const item = make("li");
    const link = make("a");
    link.href = match.href;
    link.addEventListener("click", (event) => open(event, row.id, match.at));
    const words = make("q");
    words.dir = "auto";
    match.parts.forEach(([text, hit]) => words.append(hit ? make("mark", "", text) : document.createTextNode(text)));
    link.append(make("time", "", match.clock), make("span", "who", match.who), words);
    item.append(link);
    list.append(item);
  });
  cell.append(list);
  line.append(cell);
  return line;
}

export default function ({ parentElement, data, setTriggerValue, setStateValue }) {
  const root = parentElement.querySelector(".qc-list");
  if (root.stamp !== data.stamp) {
    // another view, or all of this one
    root.stamp = data.stamp;
    root.chosen = new Set(data.chosen);
  }
  const chosen = root.chosen;
  const tell = () => setStateValue("chosen", [...chosen]);
  const open = (event, id, at) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return; // into a tab of its own
    event.preventDefault();
    event.stopPropagation();
    setTriggerValue("open", { id, at });
  };
  const table = make("table");
  table.setAttribute("aria-label", data.labels.table);
  const head = make("tr");
  const boxes = [];
  let whole;
  const draw = () => {
    boxes.forEach(({ box, line, id }) => {
      box.checked = chosen.has(id);
      line.classList.toggle("chosen", box.checked);
    });
    whole.checked = boxes.length > 0 && boxes.every(({ id }) => chosen.has(id));
    whole.indeterminate = !whole.checked && boxes.some(({ id }) => chosen.has(id));
  };
  if (data.selectable) {
    const cell = make("th", "tick");
    whole = make("input");
    whole.type = "checkbox";
    whole.setAttribute("aria-label", data.labels.choose_page);
    whole.addEventListener("change", () => {
      boxes.forEach(({ id }) => (whole.checked ? chosen.add(id) : chosen.delete(id)));
      draw();
      tell();
    });
    cell.append(whole);
    head.append(cell);
  }
  data.columns.forEach((parts) => head.append(heading(parts, data, (sort) => setTriggerValue("sort", sort))));
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  data.rows.forEach((row) => {
    const line = make("tr", row.matches.length ? "row with-matches" : "row");
    if (data.selectable) {
      const cell = make("td", "tick");
      const box = make("input");
      box.type = "checkbox";
      box.setAttribute("aria-label", `${data.labels.choose} ${row.name}`);
      box.addEventListener("change", () => {
        if (box.checked) chosen.add(row.id);
        else chosen.delete(row.id);
        draw();
        tell();
      });
      boxes.push({ box, line, id: row.id });
      cell.addEventListener("click", (event) => event.stopPropagation());
      cell.append(box);
      line.append(cell);
    }
    row.cells.forEach((parts) => {
      const cell = make("td");
      parts.forEach((part, place) => {
        const element = content(part, row, data, open);
        if (place && part.kind !== "state") element.classList.add("second");
        cell.append(element);
      });
      line.append(cell);
    });
    line.addEventListener("click", (event) => {
      if (String(document.getSelection())) return; // somebody is copying
      open(event, row.id, null);
    });
    body.append(line);
    if (row.matches.length) body.append(matches(row, data.columns.length + (data.selectable ? 1 : 0), open));
  });
  table.append(top, body);
  if (data.selectable) draw();
  const focused = root.getRootNode().activeElement;
  const label = focused && root.contains(focused) && focused.tagName === "BUTTON" ? focused.textContent.slice(0, -2) : "";
  root.replaceChildren(table);
  if (label) {
    // a heading that sorts keeps the keyboard
    [...root.querySelectorAll("th button")].find((one) => one.textContent.startsWith(label))?.focus();
  }
}
