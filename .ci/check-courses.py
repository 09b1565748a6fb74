# Runs state machines whose executions know of each other (egress.coordination) on moto,
# with Lambdas that answer from a script: which egress each attempt calls, and the states
# that it costs. moto's engine is another one than sfngen's, so what both run alike is no
# habit of one. Usage: python check-courses.py FILE...
import copy
import json
import sys
import time

import boto3
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.assign import assign_decl
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.state.choice import choice_rule
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import wait_function
from moto.stepfunctions.parser.asl.parse import preprocessor

REGION = "eu-central-1"
DIED = {"errorMessage": "RequestId: 1 Error: signal: killed", "errorType": "Runtime.ExitError"}


def variable(self, env):
    """$name.a of a variable: moto reads it through JSONata, and comes without one."""
    name, *path = self.expression.removeprefix("$").split(".")
    value = env.variable_store.get(name)
    for member in path:
        value = value[member]
    env.stack.append(copy.deepcopy(value))


string_expression.StringVariableSample._eval_body = variable


def rule(self, env):
    """A rule of Choices that holds assigns with the state's input: moto takes the rule's answer for it."""
    self.comparison.eval(env)
    if env.stack[-1] and self.assign:
        holds = env.stack.pop()
        self.assign.eval(env=env)
        env.stack.append(holds)


choice_rule.ChoiceRule._eval_body = rule
parse_rule = preprocessor.Preprocessor.visitChoice_rule_comparison_variable


def parse(self, ctx):
    """moto loses the Assign of a rule that is one comparison."""
    parsed = parse_rule(self, ctx)
    for child in ctx.children:
        if isinstance(found := self.visit(child), assign_decl.AssignDecl):
            parsed.assign = found
    return parsed


preprocessor.Preprocessor.visitChoice_rule_comparison_variable = parse


def told(kind, following, wait=0):
    """An egress's report as Lambda gives it to Step Functions."""
    report = [following, wait, {"attempts": [{"attempt": 1, "egress": 1}], "waitSeconds": wait}]
    return {"errorMessage": json.dumps(report), "errorType": "Upstream." + kind}


def start(following, wait):
    return {"start": {"next": following, "waitSeconds": wait}}


# Of three attempts: name, start, answers (None works), transitions, egresses, waits, end.
COURSES = [
    ("works at once", start([3, 1, 2], 0), [None], 2, [3], [], "SUCCEEDED"),
    ("waits for its slot", start([3, 1, 2], 7), [None], 3, [3], [7], "SUCCEEDED"),
    ("limited twice", start([3, 1, 2], 0), [told("RateLimited", [2, 1, 3]), told("RateLimited", [1, 3, 2]), None],
     4, [3, 2, 1], [], "SUCCEEDED"),
    ("three limits", start([3, 1, 2], 0), [told("RateLimited", [2, 1, 3]), told("RateLimited", [1, 3, 2]),
     told("RateLimited", [1, 3, 2])], 5, [3, 2, 1], [], "FAILED"),
    ("all cooling", start([3, 1, 2], 0), [told("Rejected", [3, 1, 2])], 3, [3], [], "FAILED"),
    ("cooling for a while", start([3, 1, 2], 0), [told("AllLimited", [2, 1, 3], 40), None], 5, [3, 2], [40], "SUCCEEDED"),
    ("a skip in the middle", start([3, 1, 2], 0), [told("RateLimited", [2, 1, 3]), told("Skipped", [1, 2, 3], 3), None],
     6, [3, 2, 1], [3], "SUCCEEDED"),
    ("a skip of the last", start([3, 1, 2], 0), [told("RateLimited", [2, 1, 3]), told("RateLimited", [1, 2, 3]),
     told("Skipped", [2, 1, 3]), None], 7, [3, 2, 1, 2], [0], "SUCCEEDED"),
    ("dies", start([3, 1, 2], 0), [DIED, None], 3, [3, 1], [], "SUCCEEDED"),
    ("dies after a report", start([3, 1, 2], 0), [told("RateLimited", [2, 1, 3]), DIED, None], 4, [3, 2, 1], [], "SUCCEEDED"),
    ("all die", start([3, 1, 2], 0), [DIED, DIED, DIED], 5, [3, 1, 2], [], "FAILED"),
    ("another version's start", {"start": {"index": 2}}, [None], 2, None, [], "SUCCEEDED"),
    ("nobody has chosen, all die", {}, [DIED, DIED, DIED], 5, None, [], "FAILED"),
]


def course(machine, sfn, name, given, answers, transitions, egresses, waits, end):
    called, waited, attempts = [], [], []

    def invoke(parameters, region, state_credentials):
        payload = json.loads(parameters["Payload"])
        called.append(int(parameters["FunctionName"].rsplit("-", 1)[1]))
        attempts.append(payload["attempt"])
        if payload["turn"]["next"][payload["turn"]["index"]] != called[-1]:
            raise AssertionError(f"{name}: {payload['turn']} calls {called[-1]}")
        answer = answers[len(called) - 1]
        reply = {"StatusCode": 200, "ExecutedVersion": "$LATEST", "Payload": answer or {"response": {"statusCode": 200}}}
        return {**reply, "FunctionError": "Unhandled"} if answer else reply

    lambda_eval_utils._invoke_lambda_function = invoke
    wait_function.WaitFunction._wait_interval = lambda self, env, wait_seconds: waited.append(wait_seconds)
    arn = sfn.start_execution(stateMachineArn=machine, name=name.replace(' ', '-').replace(',', '').replace("'", ''),
                             input=json.dumps({"request": {"method": "GET", "path": "/"}, **given}))["executionArn"]
    for _ in range(600):
        status = sfn.describe_execution(executionArn=arn)["status"]
        if status != "RUNNING":
            break
        time.sleep(0.05)
    events = sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    entered = sum(e["type"].endswith("StateEntered") for e in events)
    got = (status, entered, called if egresses else None, waited)
    want = (end, transitions, egresses, waits)
    return [] if got == want else [f"{name}: {got}, want {want}; {events[-1]}"]


def check(file):
    with open(file) as f:
        text = f.read()
    policy = json.loads(text)["States"]["Attempt 1"]["Parameters"]["Payload"]["policy"]
    if policy["egresses"] != 3 or policy["maxAttempts"] != 3:
        return ["the courses are of three attempts through three egresses"]
    text = text.replace("${LambdaInvokeArn}", "arn:aws:states:::lambda:invoke")
    for n in range(1, 4):
        text = text.replace("${Egress%dArn}" % n, f"arn:aws:lambda:{REGION}:123456789012:function:pool-egress-{n}")
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        sfn = boto3.client("stepfunctions", region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")
        machine = sfn.create_state_machine(name="m", definition=text, roleArn="arn:aws:iam::123456789012:role/r")["stateMachineArn"]
        return [fault for c in COURSES for fault in course(machine, sfn, *c)]


faults = [f"{file}: {fault}" for file in sys.argv[1:] for fault in check(file)]
print("\n".join(faults) or f"{len(COURSES)} courses of {len(sys.argv) - 1} state machines run on moto as they should")
sys.exit(1 if faults or len(sys.argv) == 1 else 0)
