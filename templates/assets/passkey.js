// Asks the browser for a passkey, or to make one, and sends what it answers by
// the form that was there for it. Where the browser knows no passkeys the form
// stays hidden: everything it does, a password does, too.
const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON

async function answer(form) {
  const options = JSON.parse(form.dataset.passkey)
  const made = "create" in form.dataset
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
  return JSON.stringify(made)
}

// words says what a person can do about an error (Web Authentication, section
// 5.1): browsers do not tell more, so that no page learns which passkeys exist.
function words(error) {
  if (error.name === "InvalidStateError") return "This device has a passkey for your account already."
  if (error.name === "NotAllowedError") return "Nothing was done: it was ended, it took too long, or there is no passkey here. Try again, or use your password."
  return "This browser could not do it. Your password works all the same."
}

function prepare(form) {
  const [said, button] = [form.querySelector("[role=alert]"), form.querySelector("button")]
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    button.disabled = true
    said.textContent = ""
    try {
      form.elements.response.value = await answer(form)
      form.submit()
    } catch (error) {
      said.textContent = words(error)
      button.disabled = false
    }
  })
  form.parentElement.querySelector(".passkey-missing")?.remove()
  form.hidden = false
}

if (known) document.querySelectorAll("form[data-passkey]").forEach(prepare)
