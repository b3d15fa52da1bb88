// Debian's OpenBLAS exports cblas_* and the Fortran LAPACK symbols but no LAPACKE_* wrappers: those
// come from liblapacke, which must be linked after it (see module.modulemap).
#pragma once
#include <cblas.h>
#include <lapacke.h>
