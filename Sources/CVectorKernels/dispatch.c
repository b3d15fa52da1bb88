#include "CVectorKernels.h"

#include <stddef.h>

extern const jk_table *const jk_tables_baseline[2];
#if defined(__x86_64__)
extern const jk_table *const jk_tables_avx2[2];
extern const jk_table *const jk_tables_avx512[2];
#endif

const jk_table *jk_kernels(int level, int is_double) {
  if (level == JK_BASELINE) return jk_tables_baseline[is_double];
#if defined(__x86_64__)
  if (level == JK_AVX2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return jk_tables_avx2[is_double];
  if (level == JK_AVX512 && __builtin_cpu_supports("avx512f")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512vl"))
    return jk_tables_avx512[is_double];
#endif
  return NULL;
}
