"""Holds the deployer's policies of docs/deploy.md (the second is for a network)
against what AWS says that CloudFormation needs: the permissions of each resource
type's handlers, in the schemas that come with cfn-lint. Prints what is missing."""

import fnmatch
import glob
import json
import os
import re
import sys

import cfnlint

# Of the handlers' permissions, those for what no generated template has, or the page has
# elsewhere.
NOT_USED = [
    "elasticfilesystem:*", "s3files:*",  # file systems
    "ec2:AcceptAddressTransfer", "ec2:AllocateIpamPoolCidr", "ec2:AssociateAddress",  # addresses from elsewhere, or of instances
    "ec2:*PrivateNatGatewayAddress", "ec2:AssociateNatGatewayAddress",  # NAT gateways with more than one address
    "ec2:*VpnGateway", "ec2:*SecurityGroupIngress", "ec2:*DescriptionsIngress",  # nothing comes in
    "vpc-lattice:*", "vpce:AllowMultiRegion",  # endpoints of other kinds and regions
    "ec2:CreateVpcEncryptionControl", "ec2:ModifyVpcTenancy",
    "kms:*", "logs:*KmsKey",  # a key of one's own: the page says beside the policies what it needs
    "firehose:*", "s3:REST.PUT.OBJECT", "logs:CreateLogDelivery",  # delivery log groups
    "logs:*DataProtectionPolicy", "logs:*IndexPolicy", "logs:*ResourcePolicy", "logs:PutBearerTokenAuthentication", "logs:PutLogGroupDeletionProtection",
    "lambda:AssociateRuntimeAlias", "lambda:*CodeSigningConfig", "lambda:GetLayerVersion", "lambda:PassCapacityProvider",
    "lambda:PublishVersion", "lambda:PutFunctionRecursionConfig", "lambda:PutFunctionScalingConfig", "lambda:PutRuntimeManagementConfig",
    "iam:*PermissionsBoundary",  # the same
    "iam:AttachRolePolicy", "iam:DetachRolePolicy",  # roles have inline policies only
    "iam:Attach*Policy", "iam:Detach*Policy",  # the caller policy is attached by its user
    "dynamodb:*Replica", "dynamodb:*Item", "dynamodb:Query", "dynamodb:Scan", "iam:CreateServiceLinkedRole",  # replicas
    "dynamodb:*Import*", "s3:GetObjectMetadata", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents",  # imports
    "dynamodb:*ResourcePolicy", "dynamodb:*KinesisStreamingDestination", "kinesis:*", "dynamodb:UpdateCont*",  # backups, insights
]
# ... except for these, which reading needs although the template does not have it.
NEEDED = {"lambda:GetFunctionCodeSigningConfig", "logs:GetDataProtectionPolicy", "dynamodb:GetResourcePolicy",
          "dynamodb:DescribeKinesisStreamingDestination"}


def handlers():
    """Resource type to the permissions of its handlers."""
    folder = os.path.join(os.path.dirname(cfnlint.__file__), "data", "schemas")
    found = {}
    for name in glob.glob(os.path.join(folder, "**", "*.json"), recursive=True):
        with open(name) as f:
            schema = json.load(f)
        if not isinstance(schema, dict) or "handlers" not in schema:
            continue
        permissions = found.setdefault(schema["typeName"], set())
        for handler in ("create", "read", "update", "delete"):
            permissions.update(schema["handlers"].get(handler, {}).get("permissions", []))
    return found


def policies(page):
    with open(page) as f:
        blocks = re.findall(r"^```json[^\n]*\n(.*?)^```$", f.read(), re.M | re.S)
    actions = set()
    for block in blocks:
        for statement in json.loads(block)["Statement"]:
            listed = statement["Action"]
            actions.update([listed] if isinstance(listed, str) else listed)
    return actions


def unused(action):
    return action not in NEEDED and any(fnmatch.fnmatchcase(action, pattern) for pattern in NOT_USED)


def main():
    allowed = policies(sys.argv[1])
    known = handlers()
    types = set()
    for name in sys.argv[2:]:
        with open(name) as f:
            types.update(re.findall(r"^    Type: (AWS::\S+)$", f.read(), re.M))
    bad = 0
    for kind in sorted(types):
        if not known.get(kind):
            print(f"{kind}: cfn-lint has no schema with handlers")
            bad = 1
        for action in sorted(known.get(kind, ())):
            if not any(fnmatch.fnmatchcase(action, a) for a in allowed) and not unused(action):
                print(f"{kind}: the policy lacks {action}")
                bad = 1
    print(f"{len(types)} resource types, {len(allowed)} actions")
    return bad


sys.exit(main())
