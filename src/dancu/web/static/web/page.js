// What pages do beyond HTML. Everything works without it; each part looks for its own mark in the page.

// A form is sent once: a second click or Enter while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if ((form.getAttribute("method") || "").toLowerCase() !== "post" || event.defaultPrevented) return;
  form.dataset.sent = "yes";
  const button = event.submitter;
  // After the values were gathered, or the button's own would be lost.
  if (button) setTimeout(() => button.setAttribute("aria-busy", "true"));
});
// The back button brings a page as it was left: let its forms be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// On a telephone the menu is wider than the screen: the entry one is in is brought into sight.
const here = document.querySelector(".menu [aria-current]");
if (here) {
  const list = here.closest("ul");
  list.scrollLeft = here.offsetLeft - (list.clientWidth - here.offsetWidth) / 2;
}

// What is wrong is what is read first.
document.querySelector("[data-focus]")?.focus();

// A table whose heads carry data-sort is sorted where it stands; numbers as numbers, text as Vietnamese sorts it.
const order = new Intl.Collator("vi", { numeric: true });
for (const head of document.querySelectorAll("th[data-sort]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const body = head.closest("table").tBodies[0];
    const at = head.cellIndex;
    const up = head.getAttribute("aria-sort") !== "ascending";
    const value = (row) => row.cells[at].dataset.value ?? row.cells[at].textContent.trim();
    const rows = [...body.rows].sort((a, b) => order.compare(value(a), value(b)) * (up ? 1 : -1));
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    body.append(...rows);
  });
}

// One box ticks all boxes of a name; without this each is ticked by itself.
for (const label of document.querySelectorAll("[data-choose]")) {
  const all = label.querySelector("input");
  label.hidden = false;
  all.addEventListener("change", () => {
    for (const box of document.querySelectorAll(`input[name="${label.dataset.choose}"]`)) box.checked = all.checked;
  });
}

// A button that opens a dialog: data-dialog holds its id. Without this, the link beside it leads to a page that asks the same.
for (const opener of document.querySelectorAll("[data-dialog]")) {
  const dialog = document.getElementById(opener.dataset.dialog);
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    dialog?.showModal();
  });
}

// A desk scanner types as a keyboard does and sends Enter after each of the three lines of an MRZ: they belong together, so the form
// is sent when the keys have been still for a moment.
const SCAN_REST_MS = 250;
for (const box of document.querySelectorAll("[data-scan]")) {
  let waiting = 0;
  box.addEventListener("keydown", (event) => {
    if (waiting) {
      clearTimeout(waiting);
      waiting = setTimeout(() => box.form.requestSubmit(), SCAN_REST_MS);
    }
    if (event.key !== "Enter" || !/^[IÍÌỈĨỊ][DĐ].*</i.test(box.value)) return;
    event.preventDefault();
    box.value = `${box.value.trim()} `;
    clearTimeout(waiting);
    waiting = setTimeout(() => box.form.requestSubmit(), SCAN_REST_MS);
  });
}

// A draft is saved while it is typed: the form says where (data-draft) and tells how it went (its [data-saved]).
for (const form of document.querySelectorAll("form[data-draft]")) {
  const told = form.querySelector("[data-saved]");
  let waiting = 0;
  const save = async () => {
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      if (told) told.textContent = answer.ok && !answer.redirected ? told.dataset.saved : told.dataset.lost;
    } catch {
      if (told) told.textContent = told.dataset.lost;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 800);
  });
  form.addEventListener("focusout", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 50);
  });
}
