"""Urban-development and reconstruction projects of cities: what, where, by what money, how far, who helps."""

from .files import Document, DocumentVersion, Photo
from .history import ProjectChange
from .imports import ProjectImport
from .money import BudgetLine, FundingSource
from .parts import Milestone, ProjectNeed, ProjectUpdate, Risk, Tender
from .project import Project

__all__ = [
    "BudgetLine",
    "Document",
    "DocumentVersion",
    "FundingSource",
    "Milestone",
    "Photo",
    "Project",
    "ProjectChange",
    "ProjectImport",
    "ProjectNeed",
    "ProjectUpdate",
    "Risk",
    "Tender",
]
