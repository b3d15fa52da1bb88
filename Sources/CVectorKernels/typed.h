// What the generic bodies need of a scalar type, then the bodies. Included twice a level:
//   JK_DOUBLE 0 or 1;  S scalar, V vector of L lanes, I integers of the same lanes, UW one random
//   word a lane; UB as many bits as a lane has;  F(name) the name with the type's suffix.

#if JK_DOUBLE
#define S double
#define V jk_f64x8
#define I jk_i64x8
#define UW jk_u32x8
#define UB jk_u64x8
#define L 8
#define F(name) name##_f64
#else
#define S float
#define V jk_f32x16
#define I jk_i32x16
#define UW jk_u32x16
#define UB jk_u32x16
#define L 16
#define F(name) name##_f32
#endif

/// The third and second arguments say how many lanes count; whole vectors ignore them.
JK_INLINE V F(jk_load)(const S *p, int64_t n) {
  V v;
  memcpy(&v, p, sizeof v);
  return v;
}

JK_INLINE void F(jk_store)(S *p, V v, int64_t n) { memcpy(p, &v, sizeof v); }

/// The first n < L elements; zero in the other lanes.
JK_INLINE V F(jk_load_part)(const S *p, int64_t n) {
  S lanes[L] = {0};
  for (int64_t i = 0; i < n; i++) lanes[i] = p[i];
  return F(jk_load)(lanes, L);
}

JK_INLINE void F(jk_store_part)(S *p, V v, int64_t n) {
  S lanes[L];
  memcpy(lanes, &v, sizeof v);
  for (int64_t i = 0; i < n; i++) p[i] = lanes[i];
}

/// v in the first n lanes, `other` in the rest.
JK_INLINE V F(jk_keep)(V v, int64_t n, S other) {
  if (n >= L) return v;
#if JK_DOUBLE
  const I lane = {0, 1, 2, 3, 4, 5, 6, 7};
  return lane < (I)n ? v : (V)other;
#else
  const I lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lane < (I)(int32_t)n ? v : (V)other;
#endif
}

/// Uniform in [0, 1): the top 24 bits of a word for float, all 32 for double.
JK_INLINE V F(jk_uniform_of)(UW word) {
#if JK_DOUBLE
  return __builtin_convertvector(word, V) * 0x1p-32;
#else
  return __builtin_convertvector((I)(word >> 8), V) * 0x1p-24f;
#endif
}

/// Adds the lanes of v, which starts at element j, to sixteen lanes in double: element j belongs to
/// lane j % 16.
JK_INLINE void F(jk_accumulate)(jk_f64x8 *sum, V v, int64_t j) {
#if JK_DOUBLE
  sum[(j >> 3) & 1] += v;
#else
  sum[0] += __builtin_convertvector(v.lo, jk_f64x8);
  sum[1] += __builtin_convertvector(v.hi, jk_f64x8);
#endif
}

/// Multiplies sixteen lanes by 1 + e likewise.
JK_INLINE void F(jk_multiply)(jk_f64x8 *product, V e, int64_t j) {
#if JK_DOUBLE
  product[(j >> 3) & 1] *= e + 1.0;
#else
  product[0] *= __builtin_convertvector(e.lo, jk_f64x8) + 1.0;
  product[1] *= __builtin_convertvector(e.hi, jk_f64x8) + 1.0;
#endif
}

/// -1, 0 or 1; NaN and the sign of zero stay.
JK_INLINE V F(jk_vsign)(V x) {
  V below = x < (S)0 ? (V)(S)-1 : x;
  return x > (S)0 ? (V)(S)1 : below;
}

#include "activations.h"
#include "inversion.h"

#include "fused.h"
#include "elementwise.h"
#include "windows.h"
#include "optimizers.h"
#include "random.h"
#include "trajectories.h"
#include "flips.h"
#include "bits.h"
#include "lattice.h"
#include "autoregressive.h"
#if defined(JK_TILE_ROWS)
#include "products.h"
#endif

static const jk_table F(jk_functions) = {
    .add_bias_logistic = F(jk_add_bias_logistic),
    .add_bias_logistic_sample = F(jk_add_bias_logistic_sample),
    .bernoulli = F(jk_bernoulli),
    .softplus_row_sums = F(jk_softplus_row_sums),
    .anneal_hidden = F(jk_anneal_hidden),
    .anneal_visible = F(jk_anneal_visible),
    .unary = F(jk_unary),
    .unary_sloped = F(jk_unary_sloped),
    .binary = F(jk_binary),
    .binary_scalar = F(jk_binary_scalar),
    .binary_rows = F(jk_binary_rows),
    .binary_columns = F(jk_binary_columns),
    .reduce = F(jk_reduce),
    .first_non_finite = F(jk_first_non_finite),
    .column_sums = F(jk_column_sums),
    .patches = F(jk_patches),
    .add_patches = F(jk_add_patches),
    .look_up = F(jk_look_up),
    .sgd = F(jk_sgd),
    .momentum = F(jk_momentum),
    .adam = F(jk_adam),
    .fill_words = jk_fill_words,
    .fill = F(jk_fill),
    .of_bits = F(jk_of_bits),
    .kick_drift = F(jk_kick_drift),
    .langevin = F(jk_langevin),
    .add_scaled_rows = F(jk_add_scaled_rows),
    .row_dots = F(jk_row_dots),
    .turns = F(jk_turns),
    .flip_proposal = F(jk_flip_proposal),
    .flip_density = F(jk_flip_density),
    .choose_flips = F(jk_choose_flips),
    .choice_density = F(jk_choice_density),
    .pack_rows = F(jk_pack_rows),
    .pack_columns = F(jk_pack_columns),
    .bit_product = F(jk_bit_product),
    .sweep_spins = jk_sweep_spins,
    .sweep_lattice = F(jk_sweep_lattice),
    .measure_spins = jk_measure_spins,
    .autoregress = F(jk_autoregress),
    .autoregress_back = F(jk_autoregress_back),
#if defined(JK_TILE_ROWS)
    .rows_by_matrix = F(jk_rows_by_matrix),
    .rows_by_turned_matrix = F(jk_rows_by_turned_matrix),
    .columns_by_matrix = F(jk_columns_by_matrix),
#endif
    .pair_room = jk_pair_room_bytes,
    .softplus_pair_sums = jk_softplus_pair_sums,
    .fourier_pass = jk_fourier_pass,
    .fourier_load = jk_fourier_load,
    .fourier_power = jk_fourier_power,
};

#undef S
#undef V
#undef I
#undef UW
#undef UB
#undef L
#undef F
