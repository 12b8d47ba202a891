"""The search for the best plan: lexicographic optimisation by column generation, with the rules as oracle.

A pair is an order and a person who can take it; it is a column. A row says how much of some pairs can be
chosen at most: one person for each order, one of several spans that overlap, the hours of a calculation
period. Pairs that rows link, directly or through others, are a component of the conflict graph; each is
solved on its own. What the rows do not say, the rules find in the finished plan, and a cut forbids
it from then on.

Worked example. Ann works Monday to Friday, 11 to 15. Three orders: A (Saturday 6-11), B (Sunday 7-15) and C
(Saturday 7-12). Ann can take each of them, Bo is free on Saturday. The one wish is to fill orders.

    Columns     AnnA AnnB AnnC BoA BoC
    Rows        AnnA+BoA <= 1, AnnC+BoC <= 1            one person for each order (only Ann can take B)
                AnnA+AnnC <= 1, BoA+BoC <= 1            A and C overlap; the five columns are one component
    Bound       3: the linear program has no other row
    Round 1     AnnA, AnnB, BoC: the greedy plan        fills 3
      rules     Ann has no weekly rest of 36 h (WT03)   A and B are the smallest set that is flagged
      cuts      AnnA+AnnB <= 1                          the set itself
                AnnA+AnnB+AnnC <= 1                     B and C are near: judged, too, and flagged
    Round 2     AnnA, BoC: the greedy plan again        fills 2; the rules flag nothing
    Round 3     the linear program with both cuts       its optimum is 2, which AnnA, BoC reaches: proven

A second wish would go on from there: columns whose reduced cost is not 0 are removed, and the rest is
optimised for it. Where the optimum of a linear program is fractional, a 0/1 program (branch and bound)
decides.

References:
- M. Ehrgott, Multicriteria Optimization, 2005: lexicographic optimisation.
- G. Dantzig, P. Wolfe, Decomposition principle for linear programs, Operations Research 8, 1960;
  G. Desaulniers, J. Desrosiers, M. Solomon (eds.), Column Generation, 2005.
- A. Land, A. Doig, An automatic method of solving discrete programming problems, Econometrica 28, 1960.
- R. Gomory, Outline of an algorithm for integer solutions to linear programs, Bulletin of the American
  Mathematical Society 64, 1958: cuts.
"""
