// Multi-spin coding: the Ising model on a torus, one bit a site, 512 sites of one colour of the chessboard at
// a time. Included once a level.
//
// Row y of colour c holds the sites x = 2k + ((y + c) & 1) as bits k. All four neighbours of such a site have
// the other colour, three of them at the same k. A site becomes 1 when a random number u falls below a
// threshold that depends on its value and on how many neighbours are 1; u is drawn bit by bit from the
// highest, for 512 sites together, until it differs from the threshold at each: some eleven random words a
// site's bit, and not one multiplication.
//
// References: L. Jacobs, C. Rebbi, Multi-spin coding: a very efficient technique for Monte Carlo simulations
// of spin systems, Journal of Computational Physics 41 (1981); the comparison bit by bit is von Neumann's.

/// A chunk of a row moved by one place towards higher k (`up`) or lower, the row's ends joined.
JK_INLINE jk_u64x8 jk_shifted(
    const uint64_t *row, int64_t words, int64_t bits, int64_t first, int up) {
  uint64_t lanes[8] = {0};
  int64_t last = bits - 1;
  for (int64_t j = 0; j < 8 && first + j < words; j++) {
    int64_t w = first + j;
    if (up) {
      uint64_t carry = w > 0 ? row[w - 1] >> 63 : (row[last >> 6] >> (last & 63)) & 1;
      lanes[j] = row[w] << 1 | carry;
    } else {
      lanes[j] = row[w] >> 1;
      if (w + 1 < words) lanes[j] |= row[w + 1] << 63;
      if (w == last >> 6) lanes[j] |= (row[0] & 1) << (last & 63);
    }
  }
  jk_u64x8 result;
  memcpy(&result, lanes, sizeof result);
  return result;
}

JK_INLINE jk_u64x8 jk_chunk(const uint64_t *row, int64_t words, int64_t first) {
  jk_u64x8 result = {0};
  int64_t n = words - first < 8 ? words - first : 8;
  memcpy(&result, row + first, (size_t)n * 8);
  return result;
}

/// Masks of the sites of a chunk by the number of neighbours that are 1.
JK_INLINE void jk_count_neighbours(
    const uint64_t *other, int64_t height, int64_t words, int64_t bits, int64_t y, int64_t first,
    int odd, jk_u64x8 count[5]) {
  const uint64_t *here = other + y * words;
  const uint64_t *above = other + (y == 0 ? height - 1 : y - 1) * words;
  const uint64_t *below = other + (y == height - 1 ? 0 : y + 1) * words;
  jk_u64x8 n1 = jk_chunk(here, words, first), n2 = jk_shifted(here, words, bits, first, !odd);
  jk_u64x8 n3 = jk_chunk(above, words, first), n4 = jk_chunk(below, words, first);
  jk_u64x8 a = n1 ^ n2, b = n1 & n2, c = n3 ^ n4, d = n3 & n4, e = a & c;
  jk_u64x8 ones = a ^ c, twos = b ^ d ^ e, fours = b & d;
  count[0] = ~(ones | twos | fours);
  count[1] = ones & ~twos;
  count[2] = ~ones & twos;
  count[3] = ones & twos;
  count[4] = fours;
}

static void jk_sweep_spins(
    uint64_t *own, const uint64_t *other, int64_t height, int64_t words, int64_t bits,
    int64_t first_row, int64_t rows, int colour, const jk_spin_rule *rule, const jk_address *at) {
  jk_keys keys;
  jk_spread_keys(&keys, at->key);
  jk_row address = jk_row_of(at, 0);
  int64_t chunks = (words + 7) / 8;
  for (int64_t r = 0; r < rows; r++) {
    int64_t y = first_row + r;
    int odd = (int)((y + colour) & 1);
    for (int64_t chunk = 0; chunk < chunks; chunk++) {
      int64_t first = 8 * chunk;
      jk_u64x8 count[5], kind[10];
      jk_count_neighbours(other, height, words, bits, y, first, odd, count);
      int kinds = rule->depends_on_self ? 10 : 5;
      if (rule->depends_on_self) {
        jk_u64x8 self = jk_chunk(own + r * words, words, first);
        for (int k = 0; k < 5; k++) {
          kind[k] = count[k] & ~self;
          kind[5 + k] = count[k] & self;
        }
      } else {
        for (int k = 0; k < 5; k++) kind[k] = count[k];
      }
      jk_u64x8 result = {0}, open = {0};
      for (int k = 0; k < kinds; k++) {
        if (rule->always >> k & 1) result |= kind[k];
        else if (rule->thresholds[k] != 0) open |= kind[k];
      }
      // Bits past the row's end are no sites.
      uint64_t inside[8];
      for (int64_t j = 0; j < 8; j++) {
        int64_t left = bits - 64 * (first + j);
        inside[j] = left >= 64 ? ~0ull : left > 0 ? (1ull << left) - 1 : 0;
      }
      jk_u64x8 sites;
      memcpy(&sites, inside, sizeof sites);
      open &= sites;
      uint32_t block = at->first_block + (uint32_t)((y * chunks + chunk) * 256);
      for (int level = 63; level >= 0 && __builtin_reduce_or(open) != 0; block += 8) {
        union { jk_u32x16 words[2]; jk_u64x8 bits[2]; } drawn;
        jk_words32(&keys, address, block, drawn.words);
        for (int half = 0; half < 2; half++, level--) {
          jk_u64x8 threshold = {0};
          for (int k = 0; k < kinds; k++)
            threshold |= kind[k] & (jk_u64x8)(uint64_t)(0 - (rule->thresholds[k] >> level & 1));
          result |= open & threshold & ~drawn.bits[half];
          open &= ~(threshold ^ drawn.bits[half]);
        }
      }
      result &= sites;
      int64_t n = words - first < 8 ? words - first : 8;
      memcpy(own + r * words + first, &result, (size_t)n * 8);
    }
  }
}

/// Sites that are 1 among those of colour 0 and 1, and edges whose sites differ.
static void jk_measure_spins(
    const uint64_t *black, const uint64_t *white, int64_t height, int64_t words, int64_t bits,
    int64_t result[2]) {
  int64_t ones = 0, unequal = 0;
  for (int64_t y = 0; y < height; y++) {
    const uint64_t *own = black + y * words, *here = white + y * words;
    const uint64_t *above = white + (y == 0 ? height - 1 : y - 1) * words;
    const uint64_t *below = white + (y == height - 1 ? 0 : y + 1) * words;
    int odd = (int)(y & 1);
    int64_t last = bits - 1;
    for (int64_t w = 0; w < words; w++) {
      uint64_t side;
      if (odd) {
        side = here[w] >> 1;
        if (w + 1 < words) side |= here[w + 1] << 63;
        if (w == last >> 6) side |= (here[0] & 1) << (last & 63);
      } else {
        uint64_t carry = w > 0 ? here[w - 1] >> 63 : (here[last >> 6] >> (last & 63)) & 1;
        side = here[w] << 1 | carry;
      }
      int64_t left = bits - 64 * w;
      uint64_t inside = left >= 64 ? ~0ull : (1ull << left) - 1;
      ones += __builtin_popcountll(own[w]) + __builtin_popcountll(here[w]);
      unequal += __builtin_popcountll((own[w] ^ here[w]) & inside)
          + __builtin_popcountll((own[w] ^ side) & inside)
          + __builtin_popcountll((own[w] ^ above[w]) & inside)
          + __builtin_popcountll((own[w] ^ below[w]) & inside);
    }
  }
  result[0] = ones;
  result[1] = unequal;
}
