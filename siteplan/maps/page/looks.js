// Every plot has one of a few looks: a class's colour or the pattern of its kind, and a dotted outline
// if something about it is unknown. A plot's look is a number, so that recolouring is one small array.

const BARE = Object.keys(KINDS);

function makeLooks(classes) {
  const base = { ...PAINT, weight: 1, fillOpacity: 0.95, color: "#33484f", pattern: null, dashArray: null, halo: false };
  const fills = [...classes.map((one) => ({ fillColor: one.colour })), ...BARE.map((kind) => KINDS[kind])];
  const styles = fills.flatMap((fill) => [{ ...base, ...fill }, { ...base, ...fill, weight: 2, dashArray: "2 3", color: "#12181f", halo: true }]);
  return {
    styles,
    // The look of a plot of a kind, if it is ranked in a class (-1: in none), with or without anything unknown.
    of(kind, number, unknown) {
      const bare = kind !== "ranked" ? kind : number < 0 ? "unranked" : null;
      return (bare ? classes.length + BARE.indexOf(bare) : number) * 2 + (unknown ? 1 : 0);
    },
    isDark: (look) => look >> 1 < classes.length && look >> 1 >= classes.length / 2,
  };
}
