// The words for codes, out of the list the server rendered in the reader's language.
const words = new Map();
for (const item of document.getElementById("words")?.content.children ?? []) {
  words.set(`${item.dataset.of} ${item.dataset.code}`, item.textContent);
}

export function word(of, code) {
  return words.get(`${of} ${code}`) ?? code ?? "";
}
