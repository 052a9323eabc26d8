/* The mean over the data, compiled with -O3: tanh by the C library, one number at a time. */
#define PEER_TANH peer_tanh_plain
#include "peer_tanh.h"
