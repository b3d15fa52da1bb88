#pragma once
// Elementwise kernels that BLAS has not: logistic draws, softplus sums, random fills, optimizer passes.
//
// One portable source is compiled once a dispatch level; a table of functions is picked at run time.
// Every level gives the same bits: no contraction of a*b+c, no reassociation, sums in one fixed
// order of lanes. Only JouleAlgebra imports this module.

#include <stdint.h>

#if defined(__cplusplus)
#error "CVectorKernels is a C module"
#endif

#pragma clang assume_nonnull begin

/// Where random words stand. Counter words of block b of row r, with chain = first_chain + r:
///   0: first_block + b
///   1: purpose (16 bits) | bits 32-39 of chain << 16 | bits 32-39 of step << 24
///   2: low half of chain      3: low half of step
typedef struct {
  uint64_t key;
  uint64_t first_chain;
  uint64_t step;
  uint32_t purpose;
  uint32_t first_block;
} jk_address;

/// Numbers of the dispatch levels.
enum { JK_BASELINE = 0, JK_AVX2 = 1, JK_AVX512 = 2, JK_LEVELS = 3 };

/// Functions of one value.
enum {
  JK_EXP, JK_EXPM1, JK_LOG, JK_LOG1P, JK_TANH, JK_LOGISTIC, JK_SOFTPLUS, JK_SQRT, JK_SQUARE,
  JK_ABS, JK_RECIPROCAL, JK_NEGATE, JK_SIGN,
  JK_SWISH, JK_SWISH_SLOPE, JK_GELU, JK_GELU_SLOPE
};

/// Functions of two values x and y; SUBTRACT_FROM is y - x, DIVIDE_INTO is y / x.
enum {
  JK_ADD, JK_SUBTRACT, JK_SUBTRACT_FROM, JK_MULTIPLY, JK_DIVIDE, JK_DIVIDE_INTO, JK_MINIMUM,
  JK_MAXIMUM
};

/// Functions of many values.
enum {
  JK_SUM, JK_SUM_OF_SQUARES, JK_GREATEST, JK_LEAST, JK_LARGEST_MAGNITUDE, JK_LOG_SUM_EXP
};

/// Distributions.
enum { JK_UNIFORM, JK_NORMAL, JK_EXPONENTIAL };

/// Bytes of room that a bit product works in, aligned to 64.
enum { JK_BIT_ROOM = 40960 };

/// Weights of the penalties |t| and t^2 / 2 of an optimizer pass.
typedef struct {
  double l1, l2;
} jk_penalty;

/// The numbers of one step of Adam.
typedef struct {
  double rate, beta1, beta2, epsilon, correction1, correction2;
} jk_adam_step;

/// Two stretches of a trajectory, one after the other, by numbers of rows that hold momenta and their
/// running sums: `sum_before` at the beginning of the first stretch (-1: zero), `sum_first` at its
/// end (-1: look at the whole only), `sum_all` at the end of the second.
typedef struct {
  int64_t first, first_end, second_start, last;
  int64_t sum_before, sum_first, sum_all;
} jk_span_ends;

/// When a site of a torus of spins becomes 1: when a random number of 64 bits is below the threshold of its
/// kind, or always. The kind is the number of neighbours that are 1, plus 5 where the site itself is 1 if
/// that matters.
typedef struct {
  uint64_t thresholds[10];
  uint32_t always;
  int32_t depends_on_self;
} jk_spin_rule;

/// Windows of `window_height` by `window_width` over pictures [batch, height, width, channels], `stride` apart, the
/// first beginning `padding` before the picture; there are out_height by out_width of them a picture.
typedef struct {
  int64_t batch, height, width, channels;
  int64_t window_height, window_width, stride, padding;
  int64_t out_height, out_width;
} jk_windows;

/// A neural autoregressive model: weights and output weights are `[variables, hidden]`, the biases
/// `[variables]` and `[hidden]`; the order is a permutation of the variables.
typedef struct {
  const void *weights, *output_weights, *visible_bias, *hidden_bias;
  const int64_t *order;
  int64_t variables, hidden;
} jk_autoregression;

/// The kernels for one scalar type at one level. `void *` stands for the scalar type; scalar
/// arguments travel as double, which holds a float exactly. All matrices are dense and row-major.
typedef struct {
  void (*add_bias_logistic)(void *x, const void *bias, int64_t rows, int64_t columns);
  void (*add_bias_logistic_sample)(
      void *x, const void *bias, int64_t rows, int64_t columns, const jk_address *at);
  void (*bernoulli)(
      const void *mean, void *out, int64_t rows, int64_t columns, const jk_address *at);
  void (*softplus_row_sums)(
      const void *x, const void *bias, int64_t rows, int64_t columns, double scale, double *out);
  void (*anneal_hidden)(
      void *x, const void *bias, int64_t rows, int64_t columns, double from, double to,
      double *log_weights, const jk_address *at);
  void (*anneal_visible)(
      void *x, const void *bias, const void *base_bias, int64_t rows, int64_t columns,
      double beta, const jk_address *at);
  void (*unary)(int function, const void *x, void *out, int64_t n);
  /// f(x) and f'(x) at once, of SWISH or GELU: the bits that `unary` gives of each.
  void (*unary_sloped)(int function, const void *x, void *out, void *slope, int64_t n);
  void (*binary)(int function, const void *x, const void *y, void *out, int64_t n);
  void (*binary_scalar)(int function, const void *x, double y, void *out, int64_t n);
  void (*binary_rows)(
      int function, const void *x, const void *row, void *out, int64_t rows, int64_t columns);
  void (*binary_columns)(
      int function, const void *x, const void *column, void *out, int64_t rows,
      int64_t columns);
  double (*reduce)(int function, const void *x, int64_t n, double argument);
  int64_t (*first_non_finite)(const void *x, int64_t n);
  void (*column_sums)(const void *x, int64_t rows, int64_t columns, double *out);
  void (*patches)(const void *x, void *out, const jk_windows *windows);
  void (*add_patches)(const void *patches, void *x, const jk_windows *windows);
  void (*look_up)(
      const uint8_t *bytes, int64_t columns, const int64_t *rows, int64_t count,
      const void *table, void *out);
  void (*sgd)(void *t, const void *g, int64_t n, double rate, const jk_penalty *penalty);
  void (*momentum)(
      void *t, const void *g, void *m, int64_t n, double rate, double momentum, int nesterov,
      const jk_penalty *penalty);
  void (*adam)(
      void *t, const void *g, void *m, void *v, int64_t n, const jk_adam_step *step,
      const jk_penalty *penalty);
  void (*fill_words)(uint32_t *out, int64_t rows, int64_t columns, const jk_address *at);
  void (*fill)(int kind, void *out, int64_t rows, int64_t columns, const jk_address *at);
  double (*of_bits)(int kind, uint64_t bits);
  void (*kick_drift)(
      void *x, void *z, const void *g, const void *_Nullable scale, int64_t rows,
      int64_t columns, const double *kick, const double *drift, double *_Nullable squares);
  /// kick_drift of fresh normal z, which nobody is told, by one kick and drift: x += drift s (z - kick s g).
  void (*langevin)(
      void *x, const void *g, const void *_Nullable scale, int64_t rows, int64_t columns,
      double kick, double drift, const jk_address *at);
  void (*add_scaled_rows)(
      void *y, const void *x, const void *_Nullable scale, int64_t rows, int64_t columns,
      const double *factor, void *_Nullable total, double *_Nullable squares);
  void (*row_dots)(
      const void *x, const void *y, int64_t rows, int64_t columns, double *out);
  int (*turns)(const void *rows, int64_t columns, const jk_span_ends *ends);
  void (*flip_proposal)(
      const void *x, const void *g, int64_t rows, int64_t columns, double middle, double cost,
      void *out, double *log_density, const jk_address *at);
  void (*flip_density)(
      const void *x, const void *g, const void *target, int64_t rows, int64_t columns,
      double middle, double cost, double *log_density);
  void (*choose_flips)(
      const void *x, const void *g, int64_t rows, int64_t columns, double middle,
      const double *uniform, int64_t *choice, double *log_density);
  void (*choice_density)(
      const void *x, const void *g, int64_t rows, int64_t columns, double middle,
      const int64_t *choice, double *log_density);
  int (*pack_rows)(
      const void *x, int64_t rows, int64_t columns, uint8_t *out, int64_t stride);
  int (*pack_columns)(const void *x, int64_t rows, int64_t columns, uint8_t *out);
  void (*bit_product)(
      const uint8_t *index, int64_t row_stride, int64_t group_stride, int64_t rows,
      int64_t depth, const void *source, int64_t source_stride, int transposed,
      int64_t columns, double scale, double previous, void *out, int64_t out_stride,
      void *room);
  int64_t (*pair_room)(int64_t columns, int64_t depth);
  void (*softplus_pair_sums)(
      const double *x, int64_t rows, const double *y, int64_t columns, int64_t depth,
      double *out, void *room);
  /// One pass over radix * groups * stride elements of four complex sequences: see fourier.h. An
  /// element is 8 doubles, four real parts and four imaginary ones; w holds groups * (radix - 1) roots
  /// of unity. The radix is 2, 3, 4 or 5.
  void (*fourier_pass)(
      int radix, const double *x, double *y, const double *w, int64_t groups, int64_t stride);
  void (*fourier_load)(
      const double *x, const int64_t *starts, const double *means, int64_t n, int64_t length,
      double *out);
  void (*fourier_power)(
      const double *x, int64_t first, int64_t end, int64_t length, double *power);
  void (*sweep_spins)(
      uint64_t *own, const uint64_t *other, int64_t height, int64_t words, int64_t bits,
      int64_t first_row, int64_t rows, int colour, const jk_spin_rule *rule,
      const jk_address *at);
  void (*measure_spins)(
      const uint64_t *black, const uint64_t *white, int64_t height, int64_t words, int64_t bits,
      int64_t *result);
  /// One colour of a lattice of spins with couplings of their own: see lattice.h. Spins, couplings and
  /// field are rows of width + 2; terms are `[rows, term_count, 2]`: where the couplings and the spins of
  /// a neighbour of the row's first site stand, or -1; parities are `[rows]`: the first site to update, 0
  /// or 1, or -1. Each array has room for 40 more elements at its end, which are read and not written.
  void (*sweep_lattice)(
      void *spins, const void *couplings, const void *field, const int64_t *terms,
      int64_t term_count, const int32_t *parities, int64_t rows, int64_t width, int periodic,
      int metropolis, const jk_address *at);
  /// The logits at positions `from` to `to` of the order, for every row: see autoregressive.h. Position
  /// 0 begins anew, any other goes on from the activations `[rows, hidden]` and the states that are
  /// there. Row r's state is number `place[r]` of the states `[any, hidden]`; a new one takes the next
  /// place where `keeps`, the same place otherwise.
  void (*autoregress)(
      const jk_autoregression *model, const void *x, int64_t rows, int64_t from, int64_t to,
      int keeps, void *activations, void *states, int64_t *place, void *logits);
  /// Adds the gradients in the weights of hidden units `start` to `end`, given those in the logits,
  /// the states that were kept and the places where they end.
  void (*autoregress_back)(
      const jk_autoregression *model, const void *x, const void *residuals, int64_t rows,
      const void *states, const int64_t *ends, int64_t start, int64_t end, void *dw, void *dv,
      void *dc);
  /// out = bias + x w for x `[rows, depth]` and w `[depth, columns]`: see products.h. The bias may be missing, and
  /// at levels without fused multiply-adds the function.
  void (*_Nullable rows_by_matrix)(
      const void *x, int64_t rows, const void *w, const void *_Nullable bias, int64_t depth,
      int64_t columns, void *out);
  /// out = bias + x w^T for w `[columns, depth]` likewise.
  void (*_Nullable rows_by_turned_matrix)(
      const void *x, int64_t rows, const void *w, const void *_Nullable bias, int64_t depth,
      int64_t columns, void *out);
  /// out = x^T w for x `[depth, rows]` and w `[depth, columns]` likewise.
  void (*_Nullable columns_by_matrix)(
      const void *x, int64_t rows, const void *w, int64_t depth, int64_t columns, void *out);
} jk_table;

/// The kernels for float (`is_double` 0) or double (1), or NULL where the processor lacks the level.
const jk_table *_Nullable jk_kernels(int level, int is_double);

#pragma clang assume_nonnull end
