#include "CVectorKernels.h"
#include "vectors.h"

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,prfchw"))), apply_to = function)
#define JK_LEVEL_TABLES jk_tables_avx512
// Of 32 registers: 28 sums, 2 vectors, 1 number.
#define JK_TILE_ROWS 14
#define JK_TILE_WIDTH 2
#define JK_TURNED 16
#define JK_WIDE 1
#include "level.h"
#pragma clang attribute pop
#endif
