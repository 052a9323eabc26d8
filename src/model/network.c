/* Finds a two-layer network in the graph of a mean: sums of units q · act(⟨w, x⟩ + b). */
#include "cusp/network.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "likelihood_graph.h"

enum { UNITS_MOST = 1000, VISITS_MOST = 200000 };

/* number × parameter, or the number alone. */
static struct network_coefficient plain(double number)
{
    return (struct network_coefficient){.kind = VALUE_NUMBER, .number = number};
}

struct walk {
    const struct dag *dag;
    size_t dim, n_inputs; /* variables: w[dim], then x[n_inputs] */
    size_t capacity, visits;
    bool has_act;
    struct network *out;
};

/* c := c × the value of a node that is a product of numbers and at most one parameter; false if it
   is not, or if that would be two parameters. */
static bool multiply(struct walk *walk, uint32_t id, struct network_coefficient *c)
{
    const struct dag_node *node = dag_node(walk->dag, id);
    double value;
    if (++walk->visits > VISITS_MOST)
        return false;
    switch ((int)node->op) {
    case OP_CONST:
        c->number *= node->value;
        return true;
    case OP_VAR:
        if (node->variable >= walk->dim || c->kind == VALUE_PARAM)
            return false;
        c->kind = VALUE_PARAM;
        c->param = node->variable;
        return true;
    case OP_NEG:
        c->number = -c->number;
        return multiply(walk, node->args[0], c);
    case OP_MUL:
        return multiply(walk, node->args[0], c) && multiply(walk, node->args[1], c);
    case OP_DIV:
        if (!dag_is_const(walk->dag, node->args[1], &value))
            return false;
        c->number /= value;
        return multiply(walk, node->args[0], c);
    }
    return false;
}

/* Adds a coefficient to one that may hold something already: numbers add up, parameters do not. */
static bool add(struct network_coefficient *to, struct network_coefficient c)
{
    if (c.kind == VALUE_NUMBER && to->kind == VALUE_NUMBER) {
        to->number += c.number;
        return true;
    }
    if (c.number == 0)
        return true;
    bool empty = to->kind == VALUE_NUMBER && to->number == 0;
    if (empty)
        *to = c;
    return empty;
}

/* The ways a sum of products comes apart, the same outside of units and within. Returns false if
   the node is none of them; *good says whether all parts could be taken. */
static bool take_apart(struct walk *walk, uint32_t id, struct network_coefficient c,
                       bool (*take)(struct walk *walk, uint32_t id, struct network_coefficient c,
                                    void *context),
                       void *context, bool *good)
{
    const struct dag_node *node = dag_node(walk->dag, id);
    uint32_t a = node->args[0], b = node->args[1];
    struct network_coefficient minus = c, product = c;
    double value;
    minus.number = -c.number;
    switch ((int)node->op) {
    case OP_ADD:
        *good = take(walk, a, c, context) && take(walk, b, c, context);
        return true;
    case OP_SUB:
        *good = take(walk, a, c, context) && take(walk, b, minus, context);
        return true;
    case OP_NEG:
        *good = take(walk, a, minus, context);
        return true;
    case OP_DIV:
        *good = dag_is_const(walk->dag, b, &value);
        product.number /= *good ? value : 1;
        *good = *good && take(walk, a, product, context);
        return true;
    case OP_MUL:
        if (multiply(walk, a, &product)) {
            *good = take(walk, b, product, context);
            return true;
        }
        product = c;
        *good = multiply(walk, b, &product) && take(walk, a, product, context);
        return true;
    }
    return false;
}

/* A part of ⟨w, x⟩ + b. */
static bool take_linear(struct walk *walk, uint32_t id, struct network_coefficient c, void *context)
{
    struct network_unit *unit = context;
    const struct dag_node *node = dag_node(walk->dag, id);
    bool good;
    if (++walk->visits > VISITS_MOST)
        return false;
    if (node->op == OP_VAR && node->variable >= walk->dim) {
        size_t input = node->variable - walk->dim;
        return input < walk->n_inputs && add(&unit->w[input], c);
    }
    if (take_apart(walk, id, c, take_linear, context, &good))
        return good;
    return multiply(walk, id, &c) && add(&unit->b, c);
}

static bool is_activation(enum op op)
{
    return op == OP_RELU || op == OP_LEAKY_RELU || op == OP_GELU || op == OP_TANH ||
           op == OP_SWISH || op == OP_SIGMOID || op == OP_SOFTPLUS || op == OP_ERF || op == OP_SIN;
}

static bool take_unit(struct walk *walk, const struct dag_node *node, struct network_coefficient q)
{
    struct network *out = walk->out;
    if ((walk->has_act && out->act != node->op) || out->n_units == UNITS_MOST)
        return false;
    MEM_GROW(out->units, out->n_units, walk->capacity);
    struct network_unit *unit = &out->units[out->n_units++];
    *unit = (struct network_unit){.q = q, .b = plain(0)};
    unit->w = mem_new(walk->n_inputs, sizeof *unit->w);
    for (size_t i = 0; i < walk->n_inputs; i++)
        unit->w[i] = plain(0);
    out->act = node->op;
    walk->has_act = true;
    return take_linear(walk, node->args[0], plain(1), unit);
}

/* A part of f(x). */
static bool take_term(struct walk *walk, uint32_t id, struct network_coefficient c, void *context)
{
    const struct dag_node *node = dag_node(walk->dag, id);
    bool good;
    if (++walk->visits > VISITS_MOST)
        return false;
    if (is_activation(node->op))
        return take_unit(walk, node, c);
    if (take_apart(walk, id, c, take_term, context, &good))
        return good;
    return multiply(walk, id, &c) && add(&walk->out->c, c);
}

static bool is_logit(const struct law *law)
{
    return law != NULL && strcmp(law->kind->name, "bernoulli_logit") == 0;
}

/* The node that may be a network: of labels by their log odds, those; else the mean. */
static uint32_t net_of(const struct likelihood_graph *graph, bool truth)
{
    bool by_odds = is_logit(graph->output) && (graph->truth == NULL || is_logit(graph->truth));
    if (by_odds && (!truth || graph->truth != NULL))
        return truth ? graph->truth->args[0] : graph->output->args[0];
    return truth ? graph->truth_mean : graph->mean;
}

static bool find_network(const struct model *model, bool truth, struct network *out)
{
    *out = (struct network){.c = plain(0), .act = OP_RELU};
    if (model->likelihood == NULL || model->likelihood->graph == NULL)
        return false;
    const struct likelihood_graph *graph = model->likelihood->graph;
    uint32_t mean = net_of(graph, truth);
    struct walk walk = {.dag = graph->dag, .dim = graph->dim, .n_inputs = graph->n_inputs};
    walk.out = out;
    if (mean == UINT32_MAX || graph->n_inputs == 0)
        return false;
    out->n_inputs = graph->n_inputs;
    bool good = take_term(&walk, mean, plain(1), NULL) && (truth || out->n_units > 0);
    if (!good)
        network_done(out);
    return good;
}

bool network_of(const struct model *model, struct network *out)
{
    return find_network(model, false, out);
}

bool network_of_truth(const struct model *model, struct network *out)
{
    return find_network(model, true, out);
}

void network_done(struct network *network)
{
    for (size_t i = 0; i < network->n_units; i++)
        mem_free(network->units[i].w);
    mem_free(network->units);
    *network = (struct network){0};
}
