#include "CVectorKernels.h"
#include "vectors.h"

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,prfchw"))), apply_to = function)
#define JK_LEVEL_TABLES jk_tables_avx512
#include "level.h"
#pragma clang attribute pop
#endif
