import { createRequire } from 'node:module';

/** Pixels for each unit of the SVG: sharp on a dense screen, and when zoomed into. */
const pixelsPerUnit = 2;

/**
 * The picture as PNG. Text is set in DejaVu Sans, which comes with batchline: slim images have no fonts at all, and so
 * the same picture has the same bytes everywhere. Scripts that DejaVu lacks, such as Devanagari and Chinese, are set in what
 * the system has; where it has nothing either, they are boxes in the PNG, and a browser's own in the SVG.
 */
export async function renderPng(svg: string): Promise<Uint8Array> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: pixelsPerUnit },
    font: {
      fontFiles: fontFiles(),
      loadSystemFonts: beyondDejaVu.test(svg),
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
  });
  return image.asPng();
}

/** Letters, that is; Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Lao and Georgian are in the font. */
const beyondDejaVu =
  /(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Lao}\p{Script=Georgian}])[\p{L}\p{Extended_Pictographic}]/u;

function fontFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`));
}
