/* kernel_portable.c: the kernels for any processor of the architecture. */
#include "kernel_lanes.h"
