import type { Plugin } from 'vite';

/**
 * What of Leaflet this map does without: windows, controls, markers, for which it has elements of
 * its own, and shapes, of which its canvases draw all there are.
 */
const UNUSED = new Set(
  [
    'Control Zoom Layers Scale Attribution control',
    'DivOverlay Popup Tooltip ImageOverlay VideoOverlay SVGOverlay',
    'Path CircleMarker Circle Polyline Polygon Rectangle GeoJSON PointToGeoJSON Renderer Canvas SVG',
    'canvas svg TileLayerWMS Icon IconDefault DivIcon Marker MarkerDrag LayerGroup FeatureGroup',
  ].flatMap((line) => line.split(' ')),
);
/** Other maps' projections, and a menu that this map has not: nothing that is left speaks of them. */
const GONE = new Set('EPSG3395 EPSG4326 EPSG900913 Simple TapHold'.split(' '));
const FILE = /leaflet[/\\]dist[/\\]leaflet-src\.esm\.js$/;
const COMMENT = /\/\/.*$|\/\*[\s\S]*?\*\//gm;

/**
 * Lets the bundler cut Leaflet, which ties its classes together by calls that a bundler must take
 * to have effects: `X.extend(…)` makes a class and does nothing else; a statement that only adds an
 * unused class to the others is left out. Half of Leaflet need not be sent, read nor compiled.
 */
export function leanLeaflet(): Plugin {
  return {
    name: 'lean-leaflet',
    transform(code, id) {
      if (!FILE.test(id)) return undefined;
      let lean = '';
      let until = 0;
      for (const { type, start, end } of this.parse(code).body) {
        const statement = code.slice(start, end);
        lean += code.slice(until, start);
        until = end;
        if (type === 'ExpressionStatement' && isAboutUnused(statement)) continue;
        if (GONE.has(/^var (\w+) = /.exec(statement)?.[1] ?? '')) continue;
        lean += statement.replace(/^(var \w+ = )(\w+\.extend\()/, '$1/*#__PURE__*/$2');
      }
      return { code: lean + code.slice(until), map: null };
    },
  };
}

function isAboutUnused(statement: string): boolean {
  const words = statement.replaceAll(COMMENT, '').match(/(?<![.\w$'])[A-Za-z]\w*/g) ?? [];
  return words.some((word) => UNUSED.has(word) || GONE.has(word));
}
