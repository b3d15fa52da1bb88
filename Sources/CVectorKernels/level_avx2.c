#include "CVectorKernels.h"
#include "vectors.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,prfchw"))), apply_to = function)
#define JK_LEVEL_TABLES jk_tables_avx2
#include "level.h"
#pragma clang attribute pop
#endif
