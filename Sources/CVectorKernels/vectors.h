#pragma once
// Vector types of 512 bits, whatever the level: the compiler splits them into what the level has, so
// that the order of operations, and with it every bit, is the same everywhere.

#include <stdint.h>
#include <string.h>

// Vectors are passed by value only between functions that are always inlined, so that the warning
// about their calling convention has no object.
#pragma clang diagnostic ignored "-Wpsabi"

#define JK_INLINE static inline __attribute__((always_inline, unused))

typedef float jk_f32x16 __attribute__((ext_vector_type(16)));
typedef float jk_f32x8 __attribute__((ext_vector_type(8)));
typedef float jk_f32x4 __attribute__((ext_vector_type(4)));
typedef float jk_f32x64 __attribute__((ext_vector_type(64)));
typedef double jk_f64x4 __attribute__((ext_vector_type(4)));
typedef double jk_f64x8 __attribute__((ext_vector_type(8)));
typedef int32_t jk_i32x16 __attribute__((ext_vector_type(16)));
typedef int32_t jk_i32x64 __attribute__((ext_vector_type(64)));
typedef int64_t jk_i64x8 __attribute__((ext_vector_type(8)));
typedef uint32_t jk_u32x16 __attribute__((ext_vector_type(16)));
typedef uint32_t jk_u32x64 __attribute__((ext_vector_type(64)));
typedef uint32_t jk_u32x8 __attribute__((ext_vector_type(8)));
typedef uint64_t jk_u64x8 __attribute__((ext_vector_type(8)));
