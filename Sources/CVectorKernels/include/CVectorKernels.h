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
} jk_table;

/// The kernels for float (`is_double` 0) or double (1), or NULL where the processor lacks the level.
const jk_table *_Nullable jk_kernels(int level, int is_double);

#pragma clang assume_nonnull end
