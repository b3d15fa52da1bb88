#include "CVectorKernels.h"
#include "vectors.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,prfchw"))), apply_to = function)
#define JK_LEVEL_TABLES jk_tables_avx2
// Of 16 registers, two a vector: 12 sums, 2 for a vector, 1 number.
#define JK_TILE_ROWS 6
#define JK_TILE_WIDTH 1
#define JK_TURNED 4
#include "level.h"
#pragma clang attribute pop
#endif
