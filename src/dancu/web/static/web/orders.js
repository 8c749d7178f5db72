// What forms of the book do beyond HTML: drafts are kept while they are typed, Enter goes on to the next field, a session that has
// ended is noticed before anything is sent. Without it everything still works by its buttons.

const SAVE_MS = 700;
// A page that has not spoken with the server for so long asks first whether it is still signed in.
const STALE_MS = 4 * 60_000;
// The longest wait for a draft that is on its way.
const WAIT_MS = 5_000;

for (const form of document.querySelectorAll("form[data-order]")) keepDrafts(form);
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

function keepDrafts(form) {
  const told = form.querySelector("[data-saved]");
  const changed = new Set();
  let waiting = 0;
  let heard = Date.now();
  let running = Promise.resolve(true);

  const tell = (state) => {
    told.textContent = told.dataset[state];
    told.classList.toggle("bad", state !== "saved");
    if (state === "out") {
      const link = document.createElement("a");
      Object.assign(link, { href: told.dataset.signIn, target: "_blank", rel: "noopener", textContent: told.dataset.signInText });
      told.append(" ", link);
    }
  };

  // Whether the server knows us: a fresh token where somebody has signed in again in another tab.
  const signedIn = async () => {
    const answer = await fetch(form.dataset.order, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (answer.redirected || !answer.ok) return false;
    form.elements.csrfmiddlewaretoken.value = (await answer.json()).token;
    return true;
  };

  const body = (names) => {
    const data = new FormData(form);
    const sent = new FormData();
    for (const name of ["csrfmiddlewaretoken", "order", "subject"]) sent.set(name, form.elements[name]?.value ?? "");
    sent.set("part", "1");
    for (const name of names) {
      const values = data.getAll(name);
      for (const value of values.length ? values : [""]) sent.append(name, value);
    }
    return sent;
  };

  // A form begun anew is from now on the one that was kept: loaded again it goes on instead of beginning another.
  const nameDraft = () => {
    const at = new URL(location.href);
    if (!at.searchParams.has("moi")) return;
    at.searchParams.delete("moi");
    at.searchParams.set("phieu", form.elements.order.value);
    history.replaceState(null, "", at);
  };

  const post = (names) => fetch(form.dataset.order, { method: "POST", body: body(names), credentials: "same-origin" });

  const save = async () => {
    if (!changed.size) return true;
    const names = [...changed];
    changed.clear();
    try {
      let answer = await post(names);
      if ((answer.redirected || answer.status === 403) && (await signedIn())) answer = await post(names);
      if (answer.ok && !answer.redirected) {
        heard = Date.now();
        tell("saved");
        nameDraft();
        return true;
      }
      for (const name of names) changed.add(name);
      tell(answer.redirected || answer.status === 403 ? "out" : "lost");
    } catch {
      for (const name of names) changed.add(name);
      tell("lost");
    }
    return false;
  };

  // One at a time, in order: an older value never overtakes a newer one.
  const queued = () => (running = running.then(save));

  form.addEventListener("input", (event) => {
    if (!event.target.name) return;
    changed.add(event.target.name);
    clearTimeout(waiting);
    waiting = setTimeout(queued, SAVE_MS);
  });
  form.addEventListener("focusout", () => {
    clearTimeout(waiting);
    if (changed.size) queued();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changed.size) queued();
  });

  // What is on its way as a draft arrives before the form itself, so that it cannot bring back what was sent or thrown away.
  let ready = false;
  let asking = false;
  form.addEventListener("submit", async (event) => {
    if (ready) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    clearTimeout(waiting);
    const button = event.submitter;
    button?.setAttribute("aria-busy", "true");
    try {
      await Promise.race([running, new Promise((after) => setTimeout(after, WAIT_MS))]);
      ready = Date.now() - heard < STALE_MS || (await signedIn());
      if (!ready) tell("out");
    } catch {
      tell("lost");
    }
    button?.removeAttribute("aria-busy");
    asking = false;
    // A form asked to submit while its submit event is still being told does nothing (HTML, "firing submission events"): with no draft
    // on its way everything above ends within that event.
    if (ready) setTimeout(() => form.requestSubmit(button));
  }, true);
  window.addEventListener("pageshow", () => (ready = false));

  // Enter goes on to the next field; in a person's field it searches. The last field leads to the button, which is pressed by hand.
  form.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.key !== "Enter" || event.isComposing || at.tagName !== "INPUT") return;
    event.preventDefault();
    const find = form.querySelector(`[data-find="${at.id}"]`);
    if (at.id && find && at.value.trim()) {
      find.click();
      return;
    }
    const fields = [...form.querySelectorAll("input:not([type=hidden]), select, textarea, .send-bar button.main")].filter(
      (one) => one.offsetParent !== null && !one.disabled && one.tabIndex >= 0,
    );
    fields[fields.indexOf(at) + 1]?.focus();
  });
}
