"""What Kubeflow Pipelines' own SDK says of pipelines: read as its messages, strictly, then loaded and used as a user would. Prints one verdict a file."""

import json
import os
import sys
import tempfile
import types

import yaml
from google.protobuf import json_format

# nobody is called here, and what the client of the API needs has no wheel
client = types.ModuleType("kfp.client")
client.Client = None
sys.modules["kfp.client"] = client

from kfp import compiler, components, dsl
from kfp.kubernetes import kubernetes_executor_config_pb2
from kfp.pipeline_spec import pipeline_spec_pb2


def judge(path: str) -> str:
    """What is wrong, or nothing."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        spec, platform = yaml.safe_load_all(text)
        json_format.ParseDict(spec, pipeline_spec_pb2.PipelineSpec())
        # parts that are raw in the messages, and typed for whoever runs them
        json_format.ParseDict(spec["deploymentSpec"], pipeline_spec_pb2.PipelineDeploymentConfig())
        json_format.ParseDict(platform, pipeline_spec_pb2.PlatformSpec())
        for config in platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"].values():
            json_format.ParseDict(config, kubernetes_executor_config_pb2.KubernetesExecutorConfig())
        use(components.load_component_from_text(text))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def use(pipeline: object) -> None:
    """Compile a pipeline that has this one as a step."""

    @dsl.pipeline(name="outer")
    def outer() -> None:
        pipeline(drifted_features='["amount"]', reason="a test")

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "outer.yaml")
        compiler.Compiler().compile(outer, path)
        components.load_component_from_file(path)


print(json.dumps([judge(path) for path in sys.argv[1:]]))
