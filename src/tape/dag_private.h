/* The inside of the expression graph, for the files of tape that build, differentiate and read it.
 */
#ifndef CUSP_TAPE_DAG_PRIVATE_H
#define CUSP_TAPE_DAG_PRIVATE_H

#include "cusp/dag.h"

/* What is known of a node's value wherever the variables are finite, overflow aside. */
enum dag_trait {
    DAG_TOTAL = 1,  /* finite everywhere */
    DAG_TRUTH = 2,  /* 0 or 1 */
    DAG_MASKED = 4, /* exactly 0 where some branch is not taken */
};

struct dag {
    size_t n_variables;
    size_t n_nodes, capacity;
    struct dag_node *nodes;
    unsigned char *traits; /* [capacity] */
    uint32_t *table;       /* open addressing: id + 1, 0 where free */
    size_t table_size;     /* a power of two, at least twice n_nodes */
    bool full;
};

/* A node of the operation, folded if all its arguments are constants; no identities are tried. */
uint32_t dag_fold(struct dag *dag, enum op op, int exponent, uint32_t a, uint32_t b, uint32_t c);

/* Marks the nodes that y depends on, y among them: [y + 1] bytes of 0 or 1, to be freed. */
unsigned char *dag_reach(const struct dag *dag, uint32_t y);

#endif
