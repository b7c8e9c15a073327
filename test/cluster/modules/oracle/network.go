package main

import (
	"encoding/json"
	"fmt"
	"net"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

var (
	networkPolicyKind = kind("networking.k8s.io/v1", "NetworkPolicy")
	podKind           = kind("v1", "Pod")
	namespaceKind     = kind("v1", "Namespace")
)

// Each pair is asked about each port.
type networkOptions struct {
	Pairs []pair `json:"pairs"`
	Ports []port `json:"ports"`
}

type pair struct {
	From party `json:"from"`
	To   party `json:"to"`
}

type port struct {
	Port     int32           `json:"port"`
	Protocol corev1.Protocol `json:"protocol"`
}

// A Pod of the manifests, or an address that belongs to none.
type party struct {
	// Namespace and name, such as `shop/checkout`.
	Pod string `json:"pod,omitempty"`
	IP  string `json:"ip,omitempty"`
}

func (p party) String() string {
	return p.Pod + p.IP
}

// Port by port.
type pairVerdict struct {
	// What the policies of the one who answers say.
	Ingress []bool `json:"ingress"`
	// What the policies of the one who calls say.
	Egress []bool `json:"egress"`
}

// `network`: whether NetworkPolicies let each pair talk on each port, as cyclonus evaluates them. Pods need `status.podIP`; every namespace of a Pod
// must be given, with the labels that the API server puts on it. Details: a verdict for each pair, in order.
var _ = register("network", func(manifests []manifest, raw json.RawMessage) (v verdict, err error) {
	var options networkOptions
	if err := decodeStrictly(raw, &options); err != nil {
		return v, fmt.Errorf("options: %w", err)
	}
	if err := requireKinds(manifests, networkPolicyKind, podKind, namespaceKind); err != nil {
		return v, err
	}
	policies := decodeAll[networkingv1.NetworkPolicy](manifests, networkPolicyKind, &v.reasons)
	pods, err := podsByName(decodeAll[corev1.Pod](manifests, podKind, &v.reasons), decodeAll[corev1.Namespace](manifests, namespaceKind, &v.reasons))
	if err != nil || len(v.reasons) > 0 {
		return v, err
	}
	engine := matcher.BuildNetworkPolicies(false, policies)
	for _, p := range options.Ports {
		if p.Port < 1 || p.Port > 65535 || p.Protocol == "" {
			return v, fmt.Errorf("options.ports need a port and a protocol, got '%s %d'", p.Protocol, p.Port)
		}
	}
	details := []pairVerdict{}
	for i, pair := range options.Pairs {
		from, err := pods.find(pair.From)
		if err != nil {
			return v, fmt.Errorf("options.pairs[%d].from: %w", i, err)
		}
		to, err := pods.find(pair.To)
		if err != nil {
			return v, fmt.Errorf("options.pairs[%d].to: %w", i, err)
		}
		of := pairVerdict{Ingress: []bool{}, Egress: []bool{}}
		for _, p := range options.Ports {
			result := engine.IsTrafficAllowed(&matcher.Traffic{
				Source: from.peer, Destination: to.peer, ResolvedPort: int(p.Port), ResolvedPortName: to.nameOf(p), Protocol: p.Protocol,
			})
			of.Ingress, of.Egress = append(of.Ingress, result.Ingress.IsAllowed()), append(of.Egress, result.Egress.IsAllowed())
			if !result.IsAllowed() && len(v.reasons) < maxReasons {
				v.reasons = append(v.reasons, fmt.Sprintf("%s may not call %s on %s %d", pair.From, pair.To, p.Protocol, p.Port))
			}
		}
		details = append(details, of)
	}
	v.details = details
	return v, nil
})

// A matrix of refusals would say the same thousands of times; its details say it once.
const maxReasons = 20

type knownPod struct {
	peer  *matcher.TrafficPeer
	ports []corev1.ContainerPort
}

type knownPods map[string]knownPod

func podsByName(pods []*corev1.Pod, namespaces []*corev1.Namespace) (knownPods, error) {
	labels := map[string]map[string]string{}
	for _, namespace := range namespaces {
		labels[namespace.Name] = namespace.Labels
	}
	known := knownPods{}
	for _, pod := range pods {
		ofNamespace, found := labels[pod.Namespace]
		if !found {
			return nil, fmt.Errorf("Pod '%s' is in the namespace '%s', which is not given", pod.Name, pod.Namespace)
		}
		if net.ParseIP(pod.Status.PodIP) == nil {
			return nil, fmt.Errorf("Pod '%s' must have an address in status.podIP, got '%s'", pod.Name, pod.Status.PodIP)
		}
		var ports []corev1.ContainerPort
		for _, container := range pod.Spec.Containers {
			ports = append(ports, container.Ports...)
		}
		known[pod.Namespace+"/"+pod.Name] = knownPod{ports: ports, peer: &matcher.TrafficPeer{
			IP:       pod.Status.PodIP,
			Internal: &matcher.InternalPeer{Namespace: pod.Namespace, NamespaceLabels: ofNamespace, PodLabels: pod.Labels},
		}}
	}
	return known, nil
}

// The name that the pod gives a port.
func (pod knownPod) nameOf(asked port) string {
	for _, declared := range pod.ports {
		if declared.ContainerPort == asked.Port && protocolOf(declared) == asked.Protocol {
			return declared.Name
		}
	}
	return ""
}

func (pods knownPods) find(p party) (knownPod, error) {
	if p.Pod != "" && p.IP == "" {
		if pod, found := pods[p.Pod]; found {
			return pod, nil
		}
		return knownPod{}, fmt.Errorf("there is no Pod '%s'", p.Pod)
	}
	if p.Pod == "" && net.ParseIP(p.IP) != nil {
		return knownPod{peer: &matcher.TrafficPeer{IP: p.IP}}, nil
	}
	return knownPod{}, fmt.Errorf("a party is either a pod or an address, got pod '%s' and ip '%s'", p.Pod, p.IP)
}

func protocolOf(declared corev1.ContainerPort) corev1.Protocol {
	if declared.Protocol == "" {
		return corev1.ProtocolTCP
	}
	return declared.Protocol
}
