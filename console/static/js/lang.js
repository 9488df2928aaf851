// The page's language in the reader's own variant of it: English pages read 3 Jan in London, Jan 3 in Boston.
const page = document.documentElement.lang || "en";
const base = (tag) => tag.toLowerCase().split("-")[0];

export const lang = navigator.languages.find((tag) => base(tag) === base(page)) ?? page;
