"""Processing pipelines by name or file: what changes rules before they are compiled."""

from pathlib import Path
from typing import TypeAlias

import yaml
from sigma.exceptions import SigmaError
from sigma.plugins import InstalledSigmaPlugins
from sigma.processing.pipeline import ProcessingPipeline

Pipeline: TypeAlias = ProcessingPipeline


class UnknownPipelineError(Exception):
    """No such pipeline, or one that cannot be read; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, spec: str, reason: str) -> None:
        super().__init__(f"{spec}: {reason}")
        self.spec, self.reason = spec, reason


def find_pipeline(spec: str) -> Pipeline:
    """Return the pipeline in the file `spec`, or the installed one of that name. Raises: UnknownPipelineError."""
    if Path(spec).is_file():
        return _read_pipeline(spec)
    installed = InstalledSigmaPlugins.autodiscover().pipelines
    if spec not in installed:
        reason = f"bukan berkas dan bukan nama pipeline; ada: {', '.join(sorted(installed))}"
        raise UnknownPipelineError(spec=spec, reason=reason)
    found = installed[spec]
    return found if isinstance(found, ProcessingPipeline) else found()


def _read_pipeline(spec: str) -> Pipeline:
    try:
        return ProcessingPipeline.from_yaml(Path(spec).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, SigmaError, TypeError, AttributeError, LookupError) as error:
        raise UnknownPipelineError(spec=spec, reason=f"pipeline tidak dapat dibaca: {error}") from error
