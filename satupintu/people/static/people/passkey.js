// Passkeys: signing in, proving again, and adding one. Without it the pages work by code or password.
const toBytes = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded.padEnd(Math.ceil(padded.length / 4) * 4, "=")), (c) => c.charCodeAt(0));
};
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function readOptions(options) {
  const key = structuredClone(options.publicKey ?? options);
  key.challenge = toBytes(key.challenge);
  if (key.user) key.user.id = toBytes(key.user.id);
  for (const list of [key.allowCredentials, key.excludeCredentials]) {
    for (const one of list ?? []) one.id = toBytes(one.id);
  }
  return key;
}

function writeCredential(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: toText(answer.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer[name]) response[name] = toText(answer[name]);
  }
  if (answer.getTransports) response.transports = answer.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

const pageOptions = (name) => JSON.parse(document.getElementById("js_data").textContent)[name];

async function ask(form) {
  if (form.matches("[data-passkey-add]")) {
    const publicKey = readOptions(pageOptions("creation_options"));
    const alone = form.querySelector("[name=passwordless]")?.checked;
    publicKey.authenticatorSelection = {
      ...publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: Boolean(alone),
      ...(alone ? { userVerification: "required" } : {}),
    };
    return navigator.credentials.create({ publicKey });
  }
  if (form.matches("[data-passkey-sign-in]")) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!answer.ok) throw new Error("no options");
    return navigator.credentials.get({ publicKey: readOptions((await answer.json()).request_options) });
  }
  return navigator.credentials.get({ publicKey: readOptions(pageOptions("request_options")) });
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey-sign-in], [data-passkey-use], [data-passkey-add]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const problem = form.querySelector("[data-passkey-error]");
      if (problem) problem.hidden = true;
      try {
        form.elements.credential.value = writeCredential(await ask(form));
        form.submit();
      } catch {
        if (problem) problem.hidden = false;
      }
    });
  }
}
