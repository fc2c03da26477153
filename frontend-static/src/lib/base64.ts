// Text as Base64 of its UTF-8; `btoa` alone takes only Latin-1.
export const textBase64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
