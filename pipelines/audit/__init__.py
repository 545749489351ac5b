"""audit: edit rules declared under expectations/rules → findings, and which rules could not run and why."""

from pipelines.audit.models import Rule, Rulebook, RuleError, View
from pipelines.audit.reading import rules
from pipelines.audit.running import Audited, Auditor, audit

__all__ = ["Audited", "Auditor", "Rule", "RuleError", "Rulebook", "View", "audit", "rules"]
