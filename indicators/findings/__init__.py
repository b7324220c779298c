"""Where the plan contradicts itself (domain, "Findings").

``registry`` holds what a finding and a rule are, ``facts`` the plain rows that
rules look at, ``load`` reads them, each ``rules_*`` module holds rules that belong
together. A new rule is one function with ``@rule`` in one of those modules.
"""

from indicators.findings import (
    rules_cells,
    rules_denominators,
    rules_money,
    rules_ratios,
    rules_tables,
    rules_targets,
    rules_wording,
)
from indicators.findings.facts import Facts
from indicators.findings.load import load_facts
from indicators.findings.reconciliation import reconcile
from indicators.findings.registry import ATURAN, Aturan, Temuan, audit, rule

# Importing a module of rules registers them, in the order of the imports above; so they stand on the page.
RULES = (rules_money, rules_targets, rules_cells, rules_tables, rules_ratios, rules_wording, rules_denominators)

__all__ = ["ATURAN", "Aturan", "Facts", "Temuan", "audit", "load_facts", "reconcile", "rule"]
