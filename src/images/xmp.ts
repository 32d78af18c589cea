/** How a picture came to be, by the IPTC's Digital Source Type vocabulary. */
export type DigitalSource = "trainedAlgorithmicMedia" | "compositeWithTrainedAlgorithmicMedia";

const VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/** The vocabulary's address of a source, as XMP and content credentials write it. */
export function digitalSourceAddress(source: DigitalSource): string {
  return VOCABULARY + source;
}

export interface XmpFields {
  /** `composite…` when a person's picture went in (image to image, inpainting, outpainting). */
  readonly source: DigitalSource;
  /** Program and version, e.g. "Easel 0.1.0". */
  readonly creatorTool: string;
  /** IPTC 2025.1 AISystemUsed: the model. */
  readonly aiSystem?: string;
  /** Also the alternative text for screen readers. */
  readonly description?: string;
}

/** An XMP packet that says by which machine a picture was made (IPTC Photo Metadata 2025.1; search engines label pictures by it). */
export function xmpPacket(fields: XmpFields): string {
  const { description, aiSystem } = fields;
  const lines = [
    `<Iptc4xmpExt:DigitalSourceType>${digitalSourceAddress(fields.source)}</Iptc4xmpExt:DigitalSourceType>`,
    `<xmp:CreatorTool>${escapeXml(fields.creatorTool)}</xmp:CreatorTool>`,
    ...(aiSystem === undefined ? [] : [`<Iptc4xmpExt:AISystemUsed>${escapeXml(aiSystem)}</Iptc4xmpExt:AISystemUsed>`]),
    ...(description === undefined
      ? []
      : [alternatives("dc:description", description), alternatives("Iptc4xmpCore:AltTextAccessibility", description)]),
  ];
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
${lines.join("\n")}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`;
}

/** The Digital Source Type that a packet states, as element or attribute and whoever wrote it; the last part of its address. */
export function digitalSourceOf(xmp: string): string | undefined {
  return /DigitalSourceType(?:>|\s*=\s*["'])\s*https?:\/\/cv\.iptc\.org\/newscodes\/digitalsourcetype\/(\w{1,64})/.exec(
    xmp,
  )?.[1];
}

/** The program that a packet names, as element or attribute. */
export function creatorToolOf(xmp: string): string | undefined {
  const escaped = /xmp:CreatorTool(?:>|\s*=\s*["'])([^<"']{1,400})/.exec(xmp)?.[1];
  return escaped?.replaceAll(/&(amp|lt|gt|quot);/g, (entity) => CHARACTERS[entity]!);
}

function alternatives(name: string, text: string): string {
  return `<${name}><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(text)}</rdf:li></rdf:Alt></${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const CHARACTERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ENTITIES).map(([character, entity]) => [entity, character]),
);

/** Escapes markup and drops what XML 1.0 cannot hold: control characters, lone surrogates, U+FFFE and U+FFFF. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
}
