// The ranking under other weights, with the arithmetic of siteplan.reweighing: sums go by the criteria's
// names, unknown counts 0 in the score and 1 in its high end, who is excluded stays excluded, and scores
// that are equal to twelve digits share the better rank.

const SCORE_STEPS = 1e12;

function rerank(store, criteria, shares) {
  const [score, high] = [new Float64Array(store.count), new Float64Array(store.count)];
  const order = criteria.map((one, number) => [one.name, number]).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [, criterion] of order) {
    const [worths, share] = [store.values(criterion), shares[criterion]];
    for (let plot = 0; plot < worths.length; plot += 1) {
      const worth = worths[plot];
      const known = worth === worth; // NaN is not itself
      score[plot] += known ? worth * share : 0;
      high[plot] += known ? worth * share : share;
    }
  }
  for (let plot = 0; plot < score.length; plot += 1) {
    const excluded = store.excluded(plot) !== "";
    score[plot] = excluded ? NaN : Math.min(1, score[plot]);
    high[plot] = excluded ? NaN : Math.min(1, high[plot]);
  }
  return { score, high, rank: ranksOf(score), weights: shares };
}

// 1 is the best, 0 is none.
function ranksOf(scores) {
  const keys = scores.map((score) => toEven(score * SCORE_STEPS));
  const order = Uint32Array.from(keys.keys()).filter((plot) => !Number.isNaN(keys[plot])).sort((a, b) => keys[b] - keys[a]);
  const ranks = new Uint32Array(scores.length);
  order.forEach((plot, place) => {
    const before = order[place - 1];
    ranks[plot] = place && keys[before] === keys[plot] ? ranks[before] : place + 1;
  });
  return ranks;
}

// Halves to the even neighbour, as Python and numpy round.
function toEven(number) {
  const up = Math.round(number);
  return up - number === 0.5 && up % 2 ? up - 1 : up;
}

// Whole points that make these shares: exactly, where a sum of up to a thousand points does, else the
// nearest of a thousand. Small sums are multiplied to about a hundred, so that one point is a small step.
function wholePoints(shares) {
  for (let total = 1; total <= 1000; total += 1) {
    if (shares.every((share) => Math.abs(share * total - Math.round(share * total)) < 1e-9)) {
      const times = Math.max(1, Math.floor(100 / total));
      return { points: shares.map((share) => Math.round(share * total) * times), exact: true };
    }
  }
  return { points: shares.map((share) => Math.round(share * 1000)), exact: false };
}

function sharesOf(points) {
  const total = points.reduce((sum, one) => sum + one, 0);
  return points.map((one) => one / total);
}
