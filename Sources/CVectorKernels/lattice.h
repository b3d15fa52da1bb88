// Spins with couplings of their own on a lattice in its natural layout: one colour of rows of sites that
// alternate between two, every other site of a row at once. Included once a level and scalar type; see
// typed.h for the macros.
//
// A row of width w takes w + 2 places: the last site, the sites, the first site again; the ends are zero
// where the lattice is open. Couplings stand at the site that their edge leaves, in rows of the same kind. So
// neighbours and couplings of consecutive sites are consecutive whatever the direction, and no site of a row
// is special.

/// Every other lane of two vectors, from lane 0 (`odd` 0) or 1.
JK_INLINE V F(jk_alternate)(V a, V b, int odd) {
#if JK_DOUBLE
  return odd ? __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
             : __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
#else
  return odd ? __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
             : __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
#endif
}

/// The first and the second half of two vectors, lane by lane in turn.
JK_INLINE V F(jk_interleave)(V a, V b, int second) {
#if JK_DOUBLE
  return second ? __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
                : __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
#else
  return second
      ? __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
      : __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
#endif
}

/// h + sum J s of L consecutive sites of a row, from the site at x. A term is where the couplings and the
/// spins of the row's first site stand, or -1 where it has no neighbour there.
JK_INLINE V F(jk_local_field)(
    const S *spins, const S *couplings, const S *field, const int64_t *terms, int64_t count,
    int64_t x) {
  V sum = F(jk_load)(field + x, L);
  for (int64_t t = 0; t < count; t++) {
    if (terms[2 * t] < 0) continue;
    sum += F(jk_load)(couplings + terms[2 * t] + x, L)
        * F(jk_load)(spins + terms[2 * t + 1] + x, L);
  }
  return sum;
}

/// New spins for sites of given local field f, by a word each. The smaller of two probabilities is compared,
/// which a float holds as exactly as any: exp(-2|f|) / (1 + exp(-2|f|)), without its division.
JK_INLINE V F(jk_new_spin)(V spin, V f, UW word, int metropolis) {
  V u = F(jk_fine_uniform_of)(word);
  const V one = (V)(S)1;
  if (metropolis) {
    V cost = spin * f * (S)2;
    V e = F(jk_vexp_negative)(cost > (S)0 ? -cost : (V)(S)0);
    I flips = (cost <= (S)0) | (u < e);
    return flips ? -spin : spin;
  }
  V e = F(jk_vexp_negative)(F(jk_vabs)(f) * (S)-2);
  I against = u * (one + e) < e;
  V with = f < (S)0 ? -one : one;
  return against ? -with : with;
}

JK_INLINE void F(jk_sweep_row)(
    S *spins, const S *couplings, const S *field, const int64_t *terms, int64_t count,
    int64_t start, int64_t width, int odd, int metropolis, const jk_keys *keys, jk_row address,
    uint32_t block) {
  union { jk_u32x16 words[2]; UW parts[32 / L]; } drawn;
  int part = 32 / L;
  for (int64_t x = 0; x < width; x += 2 * L) {
    if (part == 32 / L) {
      jk_words32(keys, address, block, drawn.words);
      block += 8;
      part = 0;
    }
    S *at = spins + start + x;
    V f = F(jk_alternate)(
        F(jk_local_field)(spins, couplings, field, terms, count, x),
        F(jk_local_field)(spins, couplings, field, terms, count, x + L), odd);
    V a = F(jk_load)(at, L), b = F(jk_load)(at + L, L);
    V kept = F(jk_alternate)(a, b, !odd);
    V own = F(jk_new_spin)(F(jk_alternate)(a, b, odd), f, drawn.parts[part], metropolis);
    part++;
    V even = odd ? kept : own, uneven = odd ? own : kept;
    int64_t left = width - x;
    if (left >= 2 * L) {
      F(jk_store)(at, F(jk_interleave)(even, uneven, 0), L);
      F(jk_store)(at + L, F(jk_interleave)(even, uneven, 1), L);
    } else {
      S lanes[2 * L];
      F(jk_store)(lanes, F(jk_interleave)(even, uneven, 0), L);
      F(jk_store)(lanes + L, F(jk_interleave)(even, uneven, 1), L);
      memcpy(at, lanes, (size_t)left * sizeof(S));
    }
  }
}

static void F(jk_sweep_lattice)(
    void *spin_rows, const void *coupling_rows, const void *field_rows, const int64_t *terms,
    int64_t term_count, const int32_t *parities, int64_t rows, int64_t width, int periodic,
    int metropolis, const jk_address *at) {
  S *spins = spin_rows;
  jk_keys keys;
  jk_spread_keys(&keys, at->key);
  jk_row address = jk_row_of(at, 0);
  int64_t stride = width + 2;
  uint32_t blocks = (uint32_t)(((width + 1) / 2 + 31) / 32 * 8);
  for (int64_t r = 0; r < rows; r++) {
    if (parities[r] < 0) continue;
    int64_t start = r * stride + 1;
    const int64_t *own = terms + 2 * term_count * r;
    uint32_t block = at->first_block + (uint32_t)r * blocks;
    // The rule and the parity are constants in each of these.
#define JK_ROW(ODD, METROPOLIS)                                                 \
    F(jk_sweep_row)(                                                            \
        spins, coupling_rows, (const S *)field_rows + start, own, term_count, start, width, ODD,  \
        METROPOLIS, &keys, address, block)
    if (metropolis) {
      if (parities[r]) JK_ROW(1, 1); else JK_ROW(0, 1);
    } else {
      if (parities[r]) JK_ROW(1, 0); else JK_ROW(0, 0);
    }
#undef JK_ROW
    if (periodic) {
      spins[start - 1] = spins[start + width - 1];
      spins[start + width] = spins[start];
    }
  }
}
