// Makes or uses a passkey: reads the options of a form, asks the browser, sends its answer.

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (mark) => mark.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function known(list = []) {
  return list.map((each) => ({ ...each, id: bytes(each.id) }));
}

async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    },
  });
  return answer(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function use(options) {
  const used = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: known(options.allowCredentials),
    },
  });
  return answer(used, {
    authenticatorData: text(used.response.authenticatorData),
    signature: text(used.response.signature),
  });
}

function answer(credential, response) {
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
    clientExtensionResults: {},
  });
}

function prepare(form) {
  const options = JSON.parse(form.dataset.passkeyOptions);
  const problem = form.querySelector("[data-passkey-problem]");
  const ask = form.dataset.passkey === "make" ? make : use;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    const input = form.elements.namedItem("passkey");
    if (input.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    problem.hidden = true;
    try {
      input.value = await ask(options);
    } catch {
      problem.hidden = false;
      return;
    }
    form.submit();
  }, { capture: true });
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
}
for (const note of document.querySelectorAll("[data-without-passkeys]")) {
  note.hidden = Boolean(window.PublicKeyCredential);
}
